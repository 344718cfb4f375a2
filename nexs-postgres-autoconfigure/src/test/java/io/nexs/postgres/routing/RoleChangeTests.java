package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Roles that change while the data source is in use.
 */
class RoleChangeTests {

	@Test
	void switchoverIsFollowedWithoutRestartAndKeepsThePoolOfThePromotedNode() throws SQLException {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(2).start();
				NexsPostgres postgres = RoutingFixture.start(cluster)) {
			RoutingFixture.execute(postgres, "create table item (id int)");
			RoutingFixture.readPort(postgres);
			RoutingFixture.readPort(postgres);
			long created = postgres.pools().of("node-2").snapshot().created();
			cluster.switchover("node-2");
			long done = System.nanoTime();
			Awaitility.await()
				.atMost(RoutingFixture.LONG)
				.until(() -> RoutingFixture.state(postgres, "node-2").role() == NodeRole.PRIMARY);
			assertThat(Duration.ofNanos(System.nanoTime() - done)).isLessThan(Duration.ofSeconds(5));
			assertThat(RoutingFixture.writePort(postgres)).isEqualTo(cluster.node("node-2").directPort());
			assertThat(postgres.pools().of("node-2").snapshot().created()).as("kept on promotion")
				.isLessThanOrEqualTo(created + 2);
			RoutingFixture.execute(postgres, "insert into item values (1)");
			RoutingFixture.awaitHealthy(postgres);
			Awaitility.await()
				.atMost(RoutingFixture.LONG)
				.until(() -> RoutingFixture.readPort(postgres) == cluster.node("node-1").directPort());
		}
	}

	@Test
	void promotionBesideALivingPrimaryFencesTheOldOneAndAbortsItsConnections() throws SQLException {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(2).start();
				NexsPostgres postgres = RoutingFixture.start(cluster)) {
			RoutingFixture.execute(postgres, "create table item (id int)");
			try (Connection held = postgres.dataSource().getConnection();
					Statement statement = held.createStatement()) {
				held.setAutoCommit(false);
				statement.executeUpdate("insert into item values (1)");
				cluster.promote("node-2");
				RoutingFixture.awaitStatus(postgres, "node-1", NodeStatus.FENCED);
				Awaitility.await()
					.atMost(RoutingFixture.LONG)
					.untilAsserted(() -> assertThatExceptionOfType(SQLException.class)
						.isThrownBy(() -> statement.executeUpdate("insert into item values (2)")));
				held.rollback();
				statement.executeUpdate("insert into item values (3)");
				held.commit();
			}
			assertThat(RoutingFixture.writePort(postgres)).isEqualTo(cluster.node("node-2").directPort());
			assertThat(RoutingFixture.readPort(postgres)).isNotEqualTo(cluster.node("node-1").directPort());
			cluster.rejoin("node-1");
			RoutingFixture.awaitHealthy(postgres);
			Awaitility.await()
				.atMost(RoutingFixture.LONG)
				.until(() -> RoutingFixture.readPort(postgres) == cluster.node("node-1").directPort());
		}
	}

	@Test
	void writeWhenThereIsNoPrimaryWaitsForTheNextOne() throws Exception {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
				NexsPostgres postgres = RoutingFixture.start(cluster)) {
			cluster.node("node-1").kill();
			RoutingFixture.awaitStatus(postgres, "node-1", NodeStatus.UNHEALTHY);
			AtomicBoolean promoted = new AtomicBoolean();
			Thread writer = new Thread(() -> {
				try {
					RoutingFixture.writePort(postgres);
					promoted.set(postgres.monitor().topology().node("node-2").role() == NodeRole.PRIMARY);
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			}, "writer");
			writer.start();
			Awaitility.await().atMost(RoutingFixture.LONG).until(() -> writer.getState() == Thread.State.TIMED_WAITING);
			cluster.promote("node-2");
			writer.join();
			assertThat(promoted).isTrue();
		}
	}

	@Test
	void writeWhenNoPrimaryComesFailsInTimeAndNamesEveryNode() throws SQLException {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
				NexsPostgres postgres = RoutingFixture.start(cluster, (builder) -> builder
					.routing(RoutingSettings.defaults().withAcquireTimeout(Duration.ofMillis(800))))) {
			cluster.node("node-1").kill();
			RoutingFixture.awaitStatus(postgres, "node-1", NodeStatus.UNHEALTHY);
			assertThatExceptionOfType(NoNodeException.class).isThrownBy(() -> RoutingFixture.writePort(postgres))
				.withMessageContaining("node-1")
				.withMessageContaining("node-2");
			assertThat(RoutingFixture.readPort(postgres)).isEqualTo(cluster.node("node-2").directPort());
		}
	}

	@Test
	void threadInsideACallOnAFrozenPrimaryIsReleasedWhenItsSuccessorIsKnown() throws Exception {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
				NexsPostgres postgres = RoutingFixture.start(cluster)) {
			RoutingFixture.execute(postgres, "create table item (id int)");
			CompletableFuture<String> write = new CompletableFuture<>();
			try (Connection connection = postgres.dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				connection.setAutoCommit(false);
				statement.executeUpdate("insert into item values (1)");
				cluster.node("node-1").freeze();
				Thread writer = new Thread(() -> {
					try {
						statement.executeUpdate("insert into item values (2)");
						write.complete("done");
					}
					catch (SQLException ex) {
						write.complete(String.valueOf(ex.getSQLState()));
					}
				}, "writer");
				writer.start();
				cluster.promote("node-2");
				assertThat(write.get(30, TimeUnit.SECONDS)).startsWith("08");
				writer.join();
				connection.rollback();
			}
			assertThat(RoutingFixture.writePort(postgres)).isEqualTo(cluster.node("node-2").directPort());
		}
	}

	@Test
	void frozenReplicaGetsNoNewReads() throws SQLException {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(2).start();
				NexsPostgres postgres = RoutingFixture.start(cluster)) {
			cluster.node("node-3").freeze();
			try {
				Awaitility.await()
					.atMost(RoutingFixture.LONG)
					.until(() -> RoutingFixture.state(postgres, "node-3").status() != NodeStatus.HEALTHY);
				for (int i = 0; i < 10; i++) {
					assertThat(RoutingFixture.readPort(postgres)).isEqualTo(cluster.node("node-2").directPort());
				}
			}
			finally {
				cluster.node("node-3").thaw();
			}
			RoutingFixture.awaitHealthy(postgres);
		}
	}

}
