package io.nexs.postgres.benchmark.gap;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.zaxxer.hikari.HikariDataSource;
import io.nexs.postgres.embedded.EmbeddedCluster;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the writers write through.
 *
 * @param items writes a row
 * @param end ends it
 */
record Client(Items items, Runnable end) implements AutoCloseable {

	/** Names of the clients, as the program's argument has them. */
	static final List<String> NAMES = List.of("nexs", "pgjdbc", "pgjdbc-tuned");

	/**
	 * A client of a cluster, through its relays.
	 */
	static Client of(String name, EmbeddedCluster cluster, Map<String, Object> properties) {
		return switch (name) {
			case "nexs" -> nexs(cluster, Stock.Retried.class, "marker", properties);
			case "nexs-once" -> nexs(cluster, Stock.Plain.class, "marker", properties);
			case "nexs-off" -> nexs(cluster, Stock.Plain.class, "off", properties);
			case "pgjdbc" -> pgjdbc(cluster, "", new HikariDataSource());
			case "pgjdbc-tuned" -> tuned(cluster);
			default -> throw new IllegalArgumentException("Unknown client " + name);
		};
	}

	private static Client nexs(EmbeddedCluster cluster, Class<? extends Items> type, String outcome,
			Map<String, Object> properties) {
		Map<String, Object> all = new HashMap<>(
				Map.of("nexs.db.dsn", cluster.dsn(), "nexs.db.transaction.outcome", outcome, "spring.main.banner-mode",
						"off", "spring.jmx.enabled", "false"));
		all.putAll(properties);
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Stock.class).web(WebApplicationType.NONE)
			.properties(all)
			.run();
		return new Client(context.getBean(type), context::close);
	}

	/**
	 * Short limits in the driver and in the pool.
	 */
	private static Client tuned(EmbeddedCluster cluster) {
		HikariDataSource pool = new HikariDataSource();
		pool.setConnectionTimeout(5000);
		pool.setValidationTimeout(1000);
		return pgjdbc(cluster, "&connectTimeout=1&loginTimeout=2&socketTimeout=2&hostRecheckSeconds=1", pool);
	}

	private static Client pgjdbc(EmbeddedCluster cluster, String parameters, HikariDataSource pool) {
		List<String> hosts = new ArrayList<>();
		cluster.nodes().forEach((node) -> hosts.add(node.host() + ":" + node.port()));
		pool.setJdbcUrl("jdbc:postgresql://" + hosts.stream().collect(Collectors.joining(","))
				+ "/postgres?user=postgres&targetServerType=primary" + parameters);
		JdbcTemplate jdbc = new JdbcTemplate(pool);
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
		Items items = (id) -> transaction.executeWithoutResult((status) -> jdbc.update(Stock.INSERT, id));
		return new Client(items, pool::close);
	}

	@Override
	public void close() {
		this.end.run();
	}

}
