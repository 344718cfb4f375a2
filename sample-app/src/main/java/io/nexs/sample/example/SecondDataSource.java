package io.nexs.sample.example;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.stream.Collectors;

import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.routing.NexsPostgres;
import io.nexs.postgres.routing.RoutingDataSource;

import org.springframework.stereotype.Component;

/**
 * Addresses for a data source beside that of the application, for what an example must
 * not do to the application's own pools.
 */
@Component
public class SecondDataSource {

	private final RoutingDataSource dataSource;

	SecondDataSource(RoutingDataSource dataSource) {
		this.dataSource = dataSource;
	}

	/**
	 * Begins a data source on the present primary.
	 * @return a builder, with the credentials of the application
	 * @throws IllegalStateException if there is no primary
	 */
	public NexsPostgres.Builder onPrimary() {
		NodeState primary = this.dataSource.topology().primary();
		if (primary == null) {
			throw new IllegalStateException("There is no primary at the moment");
		}
		PostgresDsn dsn = primary.node().dsn();
		String url = dsn.jdbcUrl();
		return NexsPostgres.of(url + (url.contains("?") ? "&" : "?") + query(dsn.secrets()));
	}

	private static String query(Properties secrets) {
		return secrets.stringPropertyNames()
			.stream()
			.map((name) -> name + "="
					+ URLEncoder.encode(secrets.getProperty(name), StandardCharsets.UTF_8).replace("+", "%20"))
			.collect(Collectors.joining("&"));
	}

}
