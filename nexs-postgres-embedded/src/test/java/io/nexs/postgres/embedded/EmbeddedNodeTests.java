package io.nexs.postgres.embedded;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link EmbeddedNode}.
 */
@UseEmbeddedCluster(replicas = 1, parameters = "work_mem=5MB")
class EmbeddedNodeTests {

	@BeforeEach
	void heal(EmbeddedCluster cluster) {
		Clusters.heal(cluster);
	}

	@Test
	void parametersOfTheClusterAreInForceOnEveryNode(EmbeddedCluster cluster) throws SQLException {
		for (EmbeddedNode node : cluster.nodes()) {
			assertThat(Clusters.query(node, "show work_mem")).isEqualTo("5MB");
			assertThat(Clusters.query(node, "show synchronous_commit")).isEqualTo("on");
			assertThat(Clusters.query(node, "show cluster_name")).isEqualTo(node.id());
			assertThat(Clusters.query(node, "show listen_addresses")).isEqualTo("127.0.0.1");
		}
	}

	@Test
	void killEndsAllProcessesAndClosesThePort(@NodeId("node-2") EmbeddedNode node) throws SQLException {
		try (Connection connection = node.connect()) {
			long backend = backend(connection);
			node.kill();
			assertThat(node.isRunning()).isFalse();
			assertThat(node.server().data().resolve("postmaster.pid")).doesNotExist();
			assertThat(Processes.isAlive(backend)).isFalse();
			assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connectTo(node.directPort()));
		}
	}

	@Test
	void startWhenKilledKeepsRoleAndPorts(EmbeddedCluster cluster) throws SQLException {
		EmbeddedNode primary = cluster.primary();
		Clusters.assertReplicates(primary, cluster.node("node-2"));
		String last = Clusters.query(primary, "select max(id) from marks");
		int port = primary.port();
		primary.kill();
		primary.start();
		assertThat(primary.port()).isEqualTo(port);
		assertThat(primary.isInRecovery()).isFalse();
		assertThat(Clusters.query(primary, "select max(id) from marks")).isEqualTo(last);
		Clusters.assertReplicates(primary, cluster.node("node-2"));
	}

	@Test
	void startWhenStandbyWasStoppedFollowsAgain(EmbeddedCluster cluster, @NodeId("node-2") EmbeddedNode node)
			throws SQLException {
		node.stop();
		assertThat(node.isRunning()).isFalse();
		assertThatIllegalStateException().isThrownBy(node::isInRecovery).withMessageContaining("node-2");
		node.start();
		assertThat(node.isInRecovery()).isTrue();
		Clusters.assertReplicates(cluster.primary(), node);
	}

	@Test
	void freezeStopsEveryProcessUntilThaw(@NodeId("node-2") EmbeddedNode node) throws SQLException {
		try (Connection connection = node.connect()) {
			long backend = backend(connection);
			connection.setNetworkTimeout(Runnable::run, 10_000);
			node.freeze();
			assertThat(node.isRunning()).isTrue();
			assertThat(node.isFrozen()).isTrue();
			assertThat(Processes.state(backend)).isEqualTo('T');
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connectThroughRelay(node))
				.withStackTraceContaining("timed out");
			node.thaw();
			assertThat(backend(connection)).isEqualTo(backend);
		}
	}

	@Test
	void stopWhenFrozenFails(@NodeId("node-2") EmbeddedNode node) {
		node.freeze();
		assertThatIllegalStateException().isThrownBy(node::stop).withMessageContaining("frozen");
		node.thaw();
		assertThat(node.isInRecovery()).isTrue();
	}

	@Test
	void pausedReplayHidesRowsUntilResumed(EmbeddedCluster cluster, @NodeId("node-2") EmbeddedNode node)
			throws SQLException {
		Clusters.assertReplicates(cluster.primary(), node);
		String before = Clusters.query(node, "select max(id) from marks");
		node.pauseReplay();
		Clusters.execute(cluster.primary(), "insert into marks default values");
		awaitReceived(cluster.primary(), node);
		assertThat(Clusters.query(node, "select max(id) from marks")).isEqualTo(before);
		node.resumeReplay();
		Clusters.awaitSame(cluster.primary(), node, "select max(id) from marks");
	}

	@Test
	void delayedReplayHidesRowsUntilTheDelayIsRemoved(EmbeddedCluster cluster, @NodeId("node-2") EmbeddedNode node)
			throws SQLException {
		Clusters.assertReplicates(cluster.primary(), node);
		String before = Clusters.query(node, "select max(id) from marks");
		node.delayReplay(Duration.ofMinutes(10));
		Clusters.execute(cluster.primary(), "insert into marks default values");
		awaitReceived(cluster.primary(), node);
		assertThat(Clusters.query(node, "select max(id) from marks")).isEqualTo(before);
		node.delayReplay(Duration.ZERO);
		Clusters.awaitSame(cluster.primary(), node, "select max(id) from marks");
	}

	@Test
	void delayReplayWhenNodeIsPrimaryFails(EmbeddedNode primary) {
		assertThatIllegalStateException().isThrownBy(() -> primary.delayReplay(Duration.ofSeconds(1)))
			.withMessageContaining("not a standby");
	}

	private static void awaitReceived(EmbeddedNode primary, EmbeddedNode node) throws SQLException {
		String position = Clusters.query(primary, "select pg_current_wal_lsn()");
		node.await("WAL", "select pg_last_wal_receive_lsn() >= '%s'".formatted(position), "t");
	}

	private static void connectTo(int port) throws Exception {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(EmbeddedNode.HOST, port), 5000);
		}
	}

	private static void connectThroughRelay(EmbeddedNode node) throws SQLException {
		DriverManager.getConnection(node.jdbcUrl() + "&socketTimeout=1").close();
	}

	private static long backend(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				var row = statement.executeQuery("select pg_backend_pid()")) {
			row.next();
			return row.getLong(1);
		}
	}

}
