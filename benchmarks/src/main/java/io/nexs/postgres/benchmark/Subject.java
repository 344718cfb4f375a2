package io.nexs.postgres.benchmark;

import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.routing.NexsPostgres;

import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

/**
 * A data source under test and what has to be closed after it.
 *
 * @param dataSource the data source
 * @param owned what closes it, in order
 */
record Subject(DataSource dataSource, List<Runnable> owned) implements AutoCloseable {

	/** A stub has to be asked everything once. */
	private static final int STUBS = 1;

	/**
	 * Connects to the server itself, not through the relay, so that all subjects take the
	 * same way.
	 */
	static Subject of(String name, EmbeddedCluster cluster) {
		return of(name, cluster, Map.of());
	}

	/**
	 * The same with properties of the driver.
	 */
	static Subject of(String name, EmbeddedCluster cluster, Map<String, String> driver) {
		return switch (name) {
			case "raw", "raw-again" -> raw(cluster.node("node-2"), driver);
			case "primary" -> raw(cluster.node("node-1"), driver);
			case "lazy" -> lazy(cluster, driver);
			case "nexs" -> nexs(cluster, driver);
			default -> throw new IllegalArgumentException("Unknown subject " + name);
		};
	}

	private static Subject raw(EmbeddedNode node, Map<String, String> driver) {
		HikariDataSource pool = pool(node, driver);
		return new Subject(pool, List.of(pool::close));
	}

	private static Subject lazy(EmbeddedCluster cluster, Map<String, String> driver) {
		HikariDataSource primary = pool(cluster.node("node-1"), driver);
		HikariDataSource replica = pool(cluster.node("node-2"), driver);
		LazyConnectionDataSourceProxy proxy = new LazyConnectionDataSourceProxy(primary);
		proxy.setReadOnlyDataSource(replica);
		proxy.setDefaultAutoCommit(true);
		proxy.setDefaultTransactionIsolationName("TRANSACTION_READ_COMMITTED");
		return new Subject(proxy, List.of(primary::close, replica::close));
	}

	private static Subject nexs(EmbeddedCluster cluster, Map<String, String> driver) {
		NexsPostgres postgres = NexsPostgres
			.of("postgres://postgres@127.0.0.1:" + cluster.node("node-1").directPort() + ",127.0.0.1:"
					+ cluster.node("node-2").directPort() + "/postgres")
			.pool(driver.isEmpty() ? PoolSettings.defaults()
					: PoolSettings.defaults().withDriverProperties(driver).withMaxConns(STUBS))
			.start();
		return new Subject(postgres.dataSource(), List.of(postgres::close));
	}

	private static HikariDataSource pool(EmbeddedNode node, Map<String, String> driver) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + node.directPort() + "/postgres");
		pool.setUsername("postgres");
		driver.forEach(pool::addDataSourceProperty);
		if (!driver.isEmpty()) {
			pool.setMaximumPoolSize(STUBS);
		}
		return pool;
	}

	@Override
	public void close() {
		this.owned.forEach(Runnable::run);
	}

}
