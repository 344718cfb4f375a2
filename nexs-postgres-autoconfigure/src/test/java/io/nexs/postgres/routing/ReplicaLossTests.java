package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.pool.NodePool;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Eight readers while a replica is killed, stopped and paused, under each balancer: no
 * read fails, and the replica serves again soon after it is back.
 */
class ReplicaLossTests {

	private static EmbeddedCluster cluster;

	@BeforeAll
	static void start() {
		cluster = EmbeddedCluster.builder().replicas(2).start();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	static Stream<Balancer> balancers() {
		return Stream.of(new RoundRobin(), new RandomChoice(), new SmoothWeighted(), new PeakEwma(),
				new LeastConnections());
	}

	private static NexsPostgres start(Balancer balancer, MonitorSettings monitor) {
		return RoutingFixture.start(cluster,
				(builder) -> builder.monitor(monitor)
					.drainTimeout(Duration.ofSeconds(10))
					.collaborators((defaults) -> defaults.withBalancer(balancer)));
	}

	@ParameterizedTest
	@MethodSource("balancers")
	void readsWhenAReplicaIsKilledAndComesBackDoNotFail(Balancer balancer) {
		lossAndReturn(balancer, () -> cluster.node("node-3").kill(), () -> cluster.rejoin("node-3"));
	}

	@ParameterizedTest
	@MethodSource("balancers")
	void readsWhenAReplicaIsStoppedAndComesBackDoNotFail(Balancer balancer) {
		lossAndReturn(balancer, () -> cluster.node("node-3").stop(), () -> cluster.node("node-3").start());
	}

	private static void lossAndReturn(Balancer balancer, Runnable loss, Runnable comeBack) {
		int port = cluster.node("node-3").directPort();
		try (NexsPostgres postgres = start(balancer, MonitorSettings.defaults());
				Readers readers = new Readers(postgres, 8)) {
			awaitMore(readers, port);
			loss.run();
			RoutingFixture.awaitStatus(postgres, "node-3", NodeStatus.UNHEALTHY);
			awaitMore(readers, cluster.node("node-2").directPort());
			comeBack.run();
			long back = System.nanoTime();
			awaitMore(readers, port);
			assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(5));
			readers.finish();
			assertThat(readers.failures()).isEmpty();
			assertThat(readers.total()).isGreaterThan(100);
			assertThat(postgres.pools().all()).extracting(NodePool::lent).containsOnly(0);
		}
	}

	@ParameterizedTest
	@MethodSource("balancers")
	void readsWhenReplayIsPausedLeaveTheReplicaAndReturn(Balancer balancer) throws SQLException {
		int port = cluster.node("node-3").directPort();
		MonitorSettings monitor = RoutingFixture.quick().withMaxLag(Duration.ofMillis(300), 0);
		try (NexsPostgres postgres = start(balancer, monitor); Readers readers = new Readers(postgres, 8)) {
			awaitMore(readers, port);
			cluster.node("node-3").pauseReplay();
			try {
				RoutingFixture.execute(postgres, "create table if not exists lag (id int)");
				RoutingFixture.execute(postgres, "insert into lag select generate_series(1, 1000)");
				Awaitility.await()
					.atMost(RoutingFixture.LONG)
					.until(() -> RoutingFixture.state(postgres, "node-3").lagging());
				awaitReturned(postgres);
				long before = readers.served(port);
				awaitMore(readers, cluster.node("node-2").directPort());
				assertThat(readers.served(port)).isLessThanOrEqualTo(before + 8);
			}
			finally {
				cluster.node("node-3").resumeReplay();
			}
			awaitMore(readers, port);
			readers.finish();
			assertThat(readers.failures()).isEmpty();
		}
	}

	/**
	 * Reads that were under way when the replica was left out may still count.
	 */
	private static void awaitReturned(NexsPostgres postgres) {
		Awaitility.await().atMost(RoutingFixture.LONG).until(() -> postgres.pools().of("node-3").lent() == 0);
	}

	@Test
	void readsWhenAllReplicasAreGoneFallBackToThePrimaryAndComeBack() throws SQLException {
		try (NexsPostgres postgres = start(new RoundRobin(), MonitorSettings.defaults())) {
			for (String id : List.of("node-2", "node-3")) {
				cluster.node(id).stop();
			}
			assertThat(RoutingFixture.readPort(postgres)).isEqualTo(cluster.node("node-1").directPort());
			assertThat(RoutingFixture.readPort(postgres)).isEqualTo(cluster.node("node-1").directPort());
			for (String id : List.of("node-2", "node-3")) {
				cluster.node(id).start();
			}
			RoutingFixture.awaitHealthy(postgres);
			assertThat(RoutingFixture.readPort(postgres)).isNotEqualTo(cluster.node("node-1").directPort());
		}
	}

	@Test
	void readWhenPreferenceIsSecondaryAndNoReplicaIsThereFailsWithTheStateOfEveryNode() throws SQLException {
		try (NexsPostgres postgres = RoutingFixture.start(cluster,
				(builder) -> builder.monitor(RoutingFixture.quick())
					.routing(RoutingSettings.defaults()
						.withPreference(ReadPreference.SECONDARY)
						.withAcquireTimeout(Duration.ofMillis(700))))) {
			for (String id : List.of("node-2", "node-3")) {
				cluster.node(id).stop();
				RoutingFixture.awaitStatus(postgres, id, NodeStatus.UNHEALTHY);
			}
			try (Connection connection = postgres.dataSource().getConnection()) {
				connection.setReadOnly(true);
				assertThatExceptionOfType(NoNodeException.class).isThrownBy(() -> RoutingFixture.port(connection))
					.withMessageContaining("SECONDARY")
					.withMessageContaining("node-1")
					.withMessageContaining("node-2")
					.withMessageContaining("node-3");
			}
			finally {
				for (String id : List.of("node-2", "node-3")) {
					cluster.node(id).start();
				}
			}
		}
	}

	private static void awaitMore(Readers readers, int port) {
		long before = readers.served(port);
		Awaitility.await().atMost(RoutingFixture.LONG).until(() -> readers.served(port) > before + 20);
	}

}
