package io.nexs.postgres.server;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;

import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.pool.NodeConnector;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.routing.NexsPostgres;
import org.awaitility.Awaitility;

/**
 * A monitor of the servers of an embedded cluster, and what is said to them past it.
 */
final class Servers implements AutoCloseable {

	private final NexsPostgres postgres;

	private final ServerMonitor monitor;

	private Servers(NexsPostgres postgres, ServerMonitor monitor) {
		this.postgres = postgres;
		this.monitor = monitor;
	}

	static Servers start(EmbeddedCluster cluster, Duration interval) {
		return start(cluster.dsn(), interval);
	}

	static Servers start(String dsn, Duration interval) {
		return start(dsn, ServerSettings.every(interval));
	}

	static Servers start(String dsn, ServerSettings figures) {
		MonitorSettings settings = MonitorSettings.defaults()
			.withTimes(Duration.ofMillis(100), Duration.ofMillis(20), Duration.ofSeconds(1));
		PoolSettings pool = PoolSettings.defaults().withMaxConns(2);
		NexsPostgres postgres = NexsPostgres.of(dsn).monitor(settings).pool(pool).start();
		ServerMonitor monitor = new ServerMonitor(postgres.monitor(), new NodeConnector(pool), figures);
		monitor.start();
		return new Servers(postgres, monitor);
	}

	NexsPostgres postgres() {
		return this.postgres;
	}

	ServerMonitor monitor() {
		return this.monitor;
	}

	ServerFigures figures(String node) {
		return Objects.requireNonNull(this.monitor.figures(node));
	}

	ServerFigures await(String node, Predicate<ServerFigures> wanted) {
		return Awaitility.await()
			.until(() -> this.monitor.figures(node), (figures) -> figures != null && wanted.test(figures));
	}

	@Override
	public void close() {
		this.monitor.close();
		this.postgres.close();
	}

	static void execute(Connection connection, String... statements) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	static void executeOn(EmbeddedNode node, String... statements) throws SQLException {
		try (Connection connection = node.connect()) {
			execute(connection, statements);
		}
	}

	static int number(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getInt(1);
		}
	}

}
