package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.UnaryOperator;

import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;

/**
 * A started data source on an embedded cluster, and questions to the server itself.
 */
final class RoutingFixture {

	static final Duration LONG = Duration.ofSeconds(30);

	private RoutingFixture() {
	}

	static NexsPostgres start(EmbeddedCluster cluster) {
		return start(cluster, UnaryOperator.identity());
	}

	static NexsPostgres start(EmbeddedCluster cluster, UnaryOperator<NexsPostgres.Builder> change) {
		NexsPostgres started = change.apply(NexsPostgres.of(cluster.dsn())).start();
		awaitHealthy(started);
		return started;
	}

	static MonitorSettings quick() {
		return MonitorSettings.defaults()
			.withTimes(Duration.ofMillis(100), Duration.ofMillis(20), Duration.ofSeconds(1));
	}

	static void awaitHealthy(NexsPostgres postgres) {
		Awaitility.await()
			.atMost(LONG)
			.until(() -> postgres.monitor()
				.topology()
				.nodes()
				.stream()
				.allMatch((state) -> state.status() == NodeStatus.HEALTHY && state.role() != NodeRole.UNKNOWN)
					&& postgres.monitor().topology().hasPrimary());
	}

	static void awaitStatus(NexsPostgres postgres, String node, NodeStatus status) {
		Awaitility.await().atMost(LONG).until(() -> state(postgres, node).status() == status);
	}

	static NodeState state(NexsPostgres postgres, String node) {
		return postgres.monitor().topology().node(node);
	}

	/**
	 * The port of the server that answers, asked of the server itself.
	 */
	static int port(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			return port(statement);
		}
	}

	static int port(Statement statement) throws SQLException {
		try (ResultSet rows = statement.executeQuery("select inet_server_port()")) {
			rows.next();
			return rows.getInt(1);
		}
	}

	static int primaryPort(EmbeddedCluster cluster) {
		return cluster.primary().directPort();
	}

	/**
	 * A read in a read-only transaction of its own.
	 */
	static int readPort(NexsPostgres postgres) throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			int port = port(connection);
			connection.commit();
			return port;
		}
	}

	/**
	 * A write in a transaction of its own.
	 */
	static int writePort(NexsPostgres postgres) throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			int port = port(connection);
			connection.commit();
			return port;
		}
	}

	static void execute(NexsPostgres postgres, String sql) throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Says statements to a server, past the data source.
	 */
	static void executeOn(EmbeddedNode node, String... statements) throws SQLException {
		try (Connection connection = node.connect(); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	/**
	 * Asks a server for a number, past the data source.
	 */
	static int question(EmbeddedNode node, String sql) {
		try (Connection connection = node.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getInt(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
