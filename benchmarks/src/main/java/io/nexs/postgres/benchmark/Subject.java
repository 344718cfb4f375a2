package io.nexs.postgres.benchmark;

import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.routing.NexsPostgres;

import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

/**
 * A data source under test and what has to be closed after it.
 *
 * @param dataSource the data source
 * @param owned what closes it, in order
 */
record Subject(DataSource dataSource, List<Runnable> owned) implements AutoCloseable {

	/**
	 * Connects to the server itself, not through the relay, so that all subjects take the
	 * same way.
	 */
	static Subject of(String name, EmbeddedCluster cluster) {
		return switch (name) {
			case "raw", "raw-again" -> raw(cluster.node("node-2"));
			case "primary" -> raw(cluster.node("node-1"));
			case "lazy" -> lazy(cluster);
			case "nexs" -> nexs(cluster);
			default -> throw new IllegalArgumentException("Unknown subject " + name);
		};
	}

	private static Subject raw(EmbeddedNode node) {
		HikariDataSource pool = pool(node);
		return new Subject(pool, List.of(pool::close));
	}

	private static Subject lazy(EmbeddedCluster cluster) {
		HikariDataSource primary = pool(cluster.node("node-1"));
		HikariDataSource replica = pool(cluster.node("node-2"));
		LazyConnectionDataSourceProxy proxy = new LazyConnectionDataSourceProxy(primary);
		proxy.setReadOnlyDataSource(replica);
		proxy.setDefaultAutoCommit(true);
		proxy.setDefaultTransactionIsolationName("TRANSACTION_READ_COMMITTED");
		return new Subject(proxy, List.of(primary::close, replica::close));
	}

	private static Subject nexs(EmbeddedCluster cluster) {
		NexsPostgres postgres = NexsPostgres
			.of("postgres://postgres@127.0.0.1:" + cluster.node("node-1").directPort() + ",127.0.0.1:"
					+ cluster.node("node-2").directPort() + "/postgres")
			.start();
		return new Subject(postgres.dataSource(), List.of(postgres::close));
	}

	private static HikariDataSource pool(EmbeddedNode node) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + node.directPort() + "/postgres");
		pool.setUsername("postgres");
		return pool;
	}

	@Override
	public void close() {
		this.owned.forEach(Runnable::run);
	}

}
