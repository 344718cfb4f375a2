package io.nexs.postgres.routing;

import java.sql.Connection;
import java.time.Duration;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An address that leads to different servers in turn is told from a node, and followed,
 * although the connections to the server before stay open.
 */
class EndpointTests {

	private static final Logger logger = LoggerFactory.getLogger(EndpointTests.class);

	@Test
	void endpointIsKnownByItsNextConnectionAndItsPoolIsEmptied() throws Exception {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
				SwitchingForwarder endpoint = new SwitchingForwarder(cluster.node("node-2").directPort());
				NexsPostgres postgres = NexsPostgres
					.of("postgres://postgres@127.0.0.1:" + endpoint.port() + "/postgres")
					.start()) {
			Awaitility.await().until(() -> state(postgres).role() == NodeRole.REPLICA);
			assertThat(state(postgres).endpoint()).isFalse();
			assertThat(RoutingFixture.readPort(postgres)).isEqualTo(cluster.node("node-2").directPort());
			endpoint.target(cluster.node("node-1").directPort());
			Connection opened = postgres.pools().of("node-1").borrow(5000);
			Connection other = postgres.pools().of("node-1").borrow(5000);
			Connection more = postgres.pools().of("node-1").borrow(5000);
			for (Connection connection : new Connection[] { opened, other, more }) {
				postgres.pools().of("node-1").giveBack(connection);
			}
			Awaitility.await().until(() -> state(postgres).role() == NodeRole.PRIMARY);
			assertThat(state(postgres).endpoint()).isTrue();
			assertThat(RoutingFixture.writePort(postgres)).isEqualTo(cluster.node("node-1").directPort());
		}
	}

	@Test
	void endpointWhenItsServerDiesIsFollowedWithNothingLostOrDoubled() throws Exception {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(2).start();
				SwitchingForwarder endpoint = new SwitchingForwarder(cluster.node("node-1").directPort());
				NexsPostgres postgres = start(endpoint)) {
			cluster.synchronousReplication(true);
			try (LedgerWriters writers = new LedgerWriters(postgres, 4)) {
				await().until(() -> writers.acknowledged() > 100);
				cluster.node("node-1").kill();
				EmbeddedNode next = (received(cluster, "node-2") >= received(cluster, "node-3"))
						? cluster.node("node-2") : cluster.node("node-3");
				cluster.promote(next.id());
				assertFollowed(endpoint, writers, next);
				writers.end();
				writers.assertKeptBy(next);
			}
		}
	}

	/**
	 * Any one standby has what was acknowledged, the one that is ahead has all.
	 */
	private static int received(EmbeddedCluster cluster, String id) {
		return RoutingFixture.question(cluster.node(id),
				"select pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::int");
	}

	@Test
	void endpointWhenItsServersTurnIsFollowedWithNothingLostOrDoubled() throws Exception {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
				SwitchingForwarder endpoint = new SwitchingForwarder(cluster.node("node-1").directPort());
				NexsPostgres postgres = start(endpoint);
				LedgerWriters writers = new LedgerWriters(postgres, 4)) {
			await().until(() -> writers.acknowledged() > 100);
			cluster.switchover("node-2");
			assertFollowed(endpoint, writers, cluster.node("node-2"));
			writers.end();
			writers.assertKeptBy(cluster.node("node-2"));
		}
	}

	/**
	 * The server before goes on, and takes writes: only a new connection shows that the
	 * address leads elsewhere, and under load the pool opens none.
	 */
	@Test
	void endpointWhenItsServerLivesOnIsFollowedAndTheServerLeftAlone() throws Exception {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
				SwitchingForwarder endpoint = new SwitchingForwarder(cluster.node("node-1").directPort());
				NexsPostgres postgres = start(endpoint);
				LedgerWriters writers = new LedgerWriters(postgres, 4)) {
			await().until(() -> writers.acknowledged() > 100);
			EmbeddedNode old = cluster.node("node-1");
			cluster.promote("node-2");
			assertFollowed(endpoint, writers, cluster.node("node-2"));
			// A new connection may acknowledge before the others are known to lead to the
			// server before.
			await().until(() -> state(postgres).endpoint());
			await().until(() -> RoutingFixture.question(old, "select count(*)::int from pg_stat_activity where"
					+ " backend_type = 'client backend' and pid <> pg_backend_pid()") == 0);
			long before = writers.acknowledgedBy(old);
			long written = writers.acknowledged();
			await().until(() -> writers.acknowledged() > written + 100);
			assertThat(writers.acknowledgedBy(old)).isEqualTo(before);
		}
	}

	private static void assertFollowed(SwitchingForwarder endpoint, LedgerWriters writers, EmbeddedNode next) {
		long switched = System.nanoTime();
		endpoint.target(next.directPort());
		await().until(() -> writers.acknowledgedBy(next) > 0);
		Duration after = Duration.ofNanos(System.nanoTime() - switched);
		logger.info("The endpoint was followed after {} ms", after.toMillis());
		assertThat(after).isLessThanOrEqualTo(Duration.ofSeconds(10));
	}

	private static NexsPostgres start(SwitchingForwarder endpoint) {
		return NexsPostgres.of("postgres://postgres@127.0.0.1:" + endpoint.port() + "/postgres").start();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(RoutingFixture.LONG).pollInterval(Duration.ofMillis(5));
	}

	private static NodeState state(NexsPostgres postgres) {
		return RoutingFixture.state(postgres, "node-1");
	}

}
