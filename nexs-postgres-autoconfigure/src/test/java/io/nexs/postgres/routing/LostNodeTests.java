package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What becomes of work under way on a node that is lost without closing its connections.
 */
class LostNodeTests {

	@Test
	void writeOnAFrozenPrimaryEndsWhenThereIsANewOne() throws Exception {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
				NexsPostgres postgres = RoutingFixture.start(cluster);
				Connection held = postgres.dataSource().getConnection();
				Statement statement = held.createStatement()) {
			held.setAutoCommit(false);
			statement.execute("select 1");
			cluster.node("node-1").freeze();
			try {
				CompletableFuture<Boolean> write = CompletableFuture.supplyAsync(() -> fails(statement));
				RoutingFixture.awaitStatus(postgres, "node-1", NodeStatus.UNHEALTHY);
				assertThat(write).isNotDone();
				cluster.promote("node-2");
				assertThat(write.get(10, TimeUnit.SECONDS)).isTrue();
			}
			finally {
				cluster.node("node-1").thaw();
			}
			held.rollback();
		}
	}

	private static boolean fails(Statement statement) {
		try {
			statement.execute("select 2");
			return false;
		}
		catch (SQLException ex) {
			return true;
		}
	}

	@Test
	void readOnAFrozenReplicaGoesOnElsewhere() throws Exception {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(2).start();
				NexsPostgres postgres = RoutingFixture.start(cluster);
				Connection held = postgres.dataSource().getConnection()) {
			held.setReadOnly(true);
			held.setAutoCommit(false);
			try (Statement statement = held.createStatement()) {
				String lost = (postgres.pools().of("node-2").lent() == 1) ? "node-2" : "node-3";
				cluster.node(lost).freeze();
				try {
					CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> port(statement));
					assertThat(read.get(20, TimeUnit.SECONDS)).isNotEqualTo(cluster.node(lost).directPort());
				}
				finally {
					cluster.node(lost).thaw();
				}
			}
			held.commit();
			RoutingFixture.awaitHealthy(postgres);
		}
	}

	private static int port(Statement statement) {
		try {
			return RoutingFixture.port(statement);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void transactionOnAPrimaryInMaintenanceCannotCommitOnceThereIsANewOne() throws SQLException {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
				NexsPostgres postgres = RoutingFixture.start(cluster)) {
			RoutingFixture.execute(postgres, "create table item (id int)");
			try (Connection held = postgres.dataSource().getConnection();
					Statement statement = held.createStatement()) {
				held.setAutoCommit(false);
				statement.executeUpdate("insert into item values (1)");
				postgres.monitor().maintenance("node-1", true);
				RoutingFixture.awaitStatus(postgres, "node-1", NodeStatus.MAINTENANCE);
				cluster.promote("node-2");
				Awaitility.await()
					.atMost(Duration.ofSeconds(10))
					.until(() -> postgres.monitor().topology().hasPrimary());
				RoutingFixture.writePort(postgres);
				assertThatExceptionOfType(SQLException.class).isThrownBy(held::commit);
			}
		}
	}

}
