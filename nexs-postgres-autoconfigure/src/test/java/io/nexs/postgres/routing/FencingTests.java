package io.nexs.postgres.routing;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writable nodes that must not be written to.
 */
class FencingTests {

	private final List<ClusterEvent> events = new CopyOnWriteArrayList<>();

	private EmbeddedCluster cluster;

	@BeforeEach
	void startCluster() {
		this.cluster = EmbeddedCluster.builder().replicas(2).start();
	}

	@AfterEach
	void closeCluster() {
		this.cluster.close();
	}

	@Test
	void primaryWhenItThawsAndStaysWritableIsFencedByTheFirstProbe() throws Exception {
		EmbeddedNode old = this.cluster.node("node-1");
		try (NexsPostgres postgres = start(); LedgerWriters writers = new LedgerWriters(postgres, 4)) {
			await().until(() -> writers.acknowledgedBy(old) > 50);
			old.freeze();
			long thawed;
			long before;
			try {
				RoutingFixture.awaitStatus(postgres, "node-1", NodeStatus.SUSPECT);
				this.cluster.promote("node-2");
				await().until(() -> writers.acknowledgedBy(this.cluster.node("node-2")) > 50);
				before = writers.acknowledgedBy(old);
			}
			finally {
				thawed = System.nanoTime();
				old.thaw();
			}
			await().until(() -> RoutingFixture.state(postgres, "node-1").status() == NodeStatus.FENCED);
			assertThat(Duration.ofNanos(System.nanoTime() - thawed))
				.isLessThan(MonitorSettings.defaults().interval().plusSeconds(2));
			assertLeftAlone(postgres, old);
			int written = writers.acknowledged();
			await().until(() -> writers.acknowledged() > written + 50);
			writers.end();
			assertThat(writers.acknowledgedBy(old)).isEqualTo(before);
			assertThat(this.cluster.primary().id()).isEqualTo("node-2");
			assertThat(statusesOf("node-1")).doesNotContain(NodeStatus.HEALTHY, NodeStatus.RECOVERING);
		}
	}

	@Test
	void primaryWhenItIsStartedAgainOnItsOldDataIsFencedBeforeAnyWrite() throws Exception {
		EmbeddedNode old = this.cluster.node("node-1");
		try (NexsPostgres postgres = start(); LedgerWriters writers = new LedgerWriters(postgres, 4)) {
			await().until(() -> writers.acknowledgedBy(old) > 50);
			old.kill();
			this.cluster.promote("node-2");
			await().until(() -> writers.acknowledgedBy(this.cluster.node("node-2")) > 50);
			long before = writers.acknowledgedBy(old);
			old.start();
			assertThat(old.isInRecovery()).isFalse();
			RoutingFixture.awaitStatus(postgres, "node-1", NodeStatus.FENCED);
			int written = writers.acknowledged();
			await().until(() -> writers.acknowledged() > written + 50);
			assertLeftAlone(postgres, old);
			writers.end();
			assertThat(writers.acknowledgedBy(old)).isEqualTo(before);
			assertThat(statusesOf("node-1")).doesNotContain(NodeStatus.HEALTHY, NodeStatus.RECOVERING);
		}
	}

	@Test
	void termWhenListenersHearOfItIsPublishedAlready() throws Exception {
		List<Integer> terms = new CopyOnWriteArrayList<>();
		try (NexsPostgres postgres = start(); LedgerWriters writers = new LedgerWriters(postgres, 2)) {
			await().until(() -> writers.acknowledged() > 10);
			postgres.monitor().addListener((topology, changes) -> {
				if (changes.stream().anyMatch(FencingTests::isFenced)) {
					terms.add(topology.term().timeline());
					terms.add(topology.primary().timeline());
					terms.add(postgres.monitor().term().timeline());
				}
			});
			this.cluster.promote("node-2");
			RoutingFixture.awaitStatus(postgres, "node-1", NodeStatus.FENCED);
			assertThat(terms).containsExactly(2, 2, 2);
			writers.end();
		}
	}

	private static boolean isFenced(ClusterEvent event) {
		return event instanceof ClusterEvent.StatusChanged change && change.to() == NodeStatus.FENCED;
	}

	private NexsPostgres start() {
		NexsPostgres started = RoutingFixture.start(this.cluster);
		started.monitor().addListener((topology, changes) -> this.events.addAll(changes));
		return started;
	}

	private List<NodeStatus> statusesOf(String id) {
		return this.events.stream()
			.filter(ClusterEvent.StatusChanged.class::isInstance)
			.map(ClusterEvent.StatusChanged.class::cast)
			.filter((change) -> change.node().id().equals(id))
			.map(ClusterEvent.StatusChanged::to)
			.toList();
	}

	/**
	 * Nothing of ours is left on the server but the prober.
	 */
	private static void assertLeftAlone(NexsPostgres postgres, EmbeddedNode node) {
		assertThat(postgres.pools().of(node.id()).lent()).isZero();
		await()
			.until(() -> RoutingFixture.question(node, "select count(*)::int from pg_stat_activity where backend_type ="
					+ " 'client backend' and pid <> pg_backend_pid() and application_name <> 'nexs-db-probe'") == 0);
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(RoutingFixture.LONG).pollInterval(Duration.ofMillis(10));
	}

}
