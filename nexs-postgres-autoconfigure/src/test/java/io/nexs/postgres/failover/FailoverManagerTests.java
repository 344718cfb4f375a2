package io.nexs.postgres.failover;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.routing.OperationRefusedException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Failovers and operators' orders on a cluster that does not survive them.
 */
class FailoverManagerTests {

	private static final int WRITERS = 8;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private EmbeddedCluster cluster;

	private FailoverFixture fixture;

	@BeforeEach
	void start() {
		this.cluster = EmbeddedCluster.builder().replicas(2).start();
		this.fixture = FailoverFixture.start(this.cluster, FailoverSettings.defaults());
	}

	@AfterEach
	void stop() {
		this.fixture.close();
		this.cluster.close();
		this.threads.shutdownNow();
	}

	@Test
	void writersWhenThePrimaryIsKilledAreServedByTheNextAndTheTimesAreToldApart() throws Exception {
		FailoverManager manager = this.fixture.manager();
		Queue<FailoverEvent> events = new ConcurrentLinkedQueue<>();
		manager.addListener((event) -> {
			throw new IllegalStateException("a listener that fails");
		});
		manager.addListener(events::add);
		this.cluster.node("node-1").kill();
		this.fixture.await((topology) -> !topology.hasPrimary());
		List<CompletableFuture<Integer>> writers = this.fixture.writers(WRITERS, this.threads);
		this.fixture.awaitWaiting(WRITERS);
		assertThat(manager.state()).isEqualTo(FailoverState.FAILED);
		this.cluster.promote("node-2");
		for (CompletableFuture<Integer> writer : writers) {
			assertThat(writer.get(10, TimeUnit.SECONDS)).isEqualTo(this.cluster.node("node-2").directPort());
		}
		Awaitility.await().until(() -> manager.state() == FailoverState.ACTIVE);
		assertTimes(manager.statistics());
		assertThat(events).extracting((event) -> event.getClass().getSimpleName())
			.containsSubsequence("FailoverStarted", "StateChanged", "FailoverCompleted", "StateChanged");
		assertThat(manager.journal()).extracting(JournalEntry::text)
			.anyMatch((text) -> text.startsWith("Primary node-1 -> node-2, timeline 2: detection "))
			.anyMatch((text) -> text.startsWith("Primary node-1 (") && text.contains(" lost "));
	}

	private static void assertTimes(FailoverStatistics statistics) {
		assertThat(statistics.failovers()).isEqualTo(1);
		FailoverRecord failover = statistics.history().get(0);
		assertThat(failover.outcome()).isEqualTo(FailoverOutcome.CHANGED);
		assertThat(failover.from()).isEqualTo("node-1");
		assertThat(failover.to()).isEqualTo("node-2");
		assertThat(failover.timelineAfter()).isEqualTo(2);
		assertThat(failover.waited()).isEqualTo(WRITERS);
		assertThat(failover.timedOut() + failover.rejected()).isZero();
		assertThat(failover.detection()).isBetween(Duration.ZERO, Duration.ofSeconds(2));
		assertThat(failover.promotion()).isPositive();
		assertThat(failover.foundAt()).isAfter(failover.lostAt());
		assertThat(failover.firstRelease()).isNotNull().isLessThanOrEqualTo(failover.release());
		assertThat(failover.release()).isPositive().isLessThan(Duration.ofSeconds(5));
		assertThat(statistics.writes().most()).isEqualTo(WRITERS);
		assertThat(statistics.primaryUptime()).isPositive();
		assertThat(statistics.nodes().get(0).up()).isFalse();
		assertThat(statistics.nodes().get(1).uptime()).isPositive();
	}

	@Test
	void pinWhenTheNodeCannotTakeWritesIsRefused() {
		FailoverManager manager = this.fixture.manager();
		assertThatIllegalArgumentException().isThrownBy(() -> manager.pin("node-9"))
			.withMessage("No node 'node-9', only node-1, node-2, node-3");
		assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(() -> manager.pin("node-2"))
			.withMessageMatching(
					"Writes are not pinned to node-2: it is not writable \\(node-2 .* REPLICA HEALTHY\\)\\."
							+ " Promote it first\\.");
		this.cluster.promote("node-2");
		this.fixture.await((topology) -> topology.node("node-1").status() == NodeStatus.FENCED);
		assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(() -> manager.pin("node-1"))
			.withMessageContaining("it is deposed: node-2 is writable on the newer timeline 2")
			.withMessageEndingWith("Pin node-2, or stop it first.");
		manager.maintenance("node-2");
		assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(() -> manager.pin("node-2"))
			.withMessageContaining("it takes no work")
			.withMessageEndingWith("Resume it first.");
		assertThat(this.fixture.topology().pinned()).isNull();
		assertThat(manager.statistics().fenced()).isPositive();
	}

	@Test
	void pinWhenANewerPrimaryAppearsLetsWritesWaitAndUnpinReleasesThem() throws Exception {
		FailoverManager manager = this.fixture.manager();
		manager.pin("node-1");
		assertThat(this.fixture.port(false)).isEqualTo(this.cluster.node("node-1").directPort());
		this.cluster.promote("node-2");
		this.fixture.await((topology) -> topology.conflict() == PrimaryConflict.PINNED);
		CompletableFuture<Integer> write = this.fixture.writers(1, this.threads).get(0);
		this.fixture.awaitWaiting(1);
		assertThat(this.fixture.topology().describe())
			.contains("; pinned to node-1, which is fenced: newer timeline on node-2; unpin");
		assertThat(write).isNotDone();
		manager.unpin();
		assertThat(write.get(5, TimeUnit.SECONDS)).isEqualTo(this.cluster.node("node-2").directPort());
		assertThat(manager.journal()).extracting(JournalEntry::text)
			.anyMatch((text) -> text.startsWith("Writes are pinned to node-1 ("))
			.anyMatch((text) -> text.startsWith("Writes are no longer pinned to node-1 ("));
	}

	@Test
	void drainWhenNoOtherNodeTakesWorkIsRefused() throws Exception {
		FailoverManager manager = this.fixture.manager();
		assertThat(manager.drain("node-2", Duration.ofSeconds(5))).isTrue();
		manager.maintenance("node-3");
		assertThatExceptionOfType(OperationRefusedException.class)
			.isThrownBy(() -> manager.drain("node-1", Duration.ofSeconds(5)))
			.withMessageStartingWith("node-1 is not drained: no other node takes work (node-1 ")
			.withMessageContaining("Bring another node back first");
		assertThat(this.fixture.topology().node("node-1").status()).isEqualTo(NodeStatus.HEALTHY);
		assertThat(this.fixture.port(false)).isEqualTo(this.cluster.node("node-1").directPort());
		manager.resume("node-3");
		assertThat(manager.drain("node-1", Duration.ofSeconds(5))).isTrue();
		assertThat(manager.state()).isEqualTo(FailoverState.FAILED);
		assertThatIllegalArgumentException().isThrownBy(() -> manager.drain("node-9", Duration.ZERO));
	}

}
