package io.nexs.postgres.chaos;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two servers take writes at one time, without synchronous replication, so that nothing
 * but the application itself keeps writes from the older one. What was begun after the
 * newer one was seen is not lost.
 */
class FencingChaosTests {

	private static final int AFTER = 20;

	private final EmbeddedCluster cluster = Servers.start(false);

	private final CompletableFuture<Long> seen = new CompletableFuture<>();

	private EmbeddedNode old;

	private Chaos chaos;

	@BeforeEach
	void write() {
		this.chaos = Chaos.retried(this.cluster);
		this.old = this.cluster.primary();
		ClusterMonitor monitor = this.chaos.monitor();
		monitor.addListener((topology, events) -> {
			if (topology.term() != null && topology.term().timeline() > 1) {
				this.seen.complete(System.nanoTime());
			}
		});
		this.chaos.writers().start();
	}

	@AfterEach
	void stop() {
		this.chaos.close();
		this.cluster.close();
	}

	private void awaitFenced() {
		Awaitility.await().until(() -> this.chaos.state(this.old).status() == NodeStatus.FENCED);
	}

	/**
	 * The old primary would take writes all the time.
	 */
	private void assertNothingLostSinceTheNewerWasSeen(EmbeddedNode primary) throws Exception {
		this.chaos.awaitPrimary(primary);
		this.chaos.writers().awaitEach(AFTER);
		awaitFenced();
		this.chaos.writers().awaitEach(AFTER);
		this.chaos.writers().stop();
		Servers.execute(this.old, "insert into item (id) values (-1)");
		this.chaos.assertNoCallFailed();
		Map<Long, Integer> rows = this.chaos.assertNothingDoubled();
		long since = this.seen.get(1, TimeUnit.SECONDS);
		List<Call> late = this.chaos.writers().journal().stream().filter((call) -> call.start() - since > 0).toList();
		assertThat(late).hasSizeGreaterThan(Writers.COUNT * AFTER);
		assertThat(late).as("acknowledged after the newer timeline was seen, and lost")
			.allMatch((call) -> rows.containsKey(call.id()));
		assertThat(this.chaos.pool(this.old).lent()).isZero();
		this.chaos.assertEverythingGivenBack();
	}

	@Test
	void primaryPromotedBesideALivingOneGetsAllWrites() throws Exception {
		this.cluster.promote("node-2");
		assertNothingLostSinceTheNewerWasSeen(this.cluster.node("node-2"));
	}

	@Test
	void oldPrimaryThatThawsGetsNoWrites() throws Exception {
		Fault.FREEZE.failOver(this.cluster);
		EmbeddedNode primary = this.cluster.primary();
		this.chaos.awaitPrimary(primary);
		this.old.thaw();
		assertNothingLostSinceTheNewerWasSeen(primary);
	}

	/**
	 * It thaws before anybody knows that it was replaced.
	 */
	@Test
	void oldPrimaryThatThawsTogetherWithThePromotionGetsNoWrites() throws Exception {
		this.old.freeze();
		CompletableFuture<Void> thaw = CompletableFuture.runAsync(this.old::thaw);
		this.cluster.promote("node-3");
		thaw.get(30, TimeUnit.SECONDS);
		assertNothingLostSinceTheNewerWasSeen(this.cluster.node("node-3"));
	}

	@Test
	void oldPrimaryThatIsStartedOnItsOldDataGetsNoWrites() throws Exception {
		Fault.KILL.failOver(this.cluster);
		EmbeddedNode primary = this.cluster.primary();
		this.old.start();
		Servers.acceptAlone(this.old);
		assertNothingLostSinceTheNewerWasSeen(primary);
	}

	@Test
	void oldPrimaryThatIsReachedAgainGetsNoWrites() throws Exception {
		Fault.CUT.failOver(this.cluster);
		this.old.relay().restore();
		assertNothingLostSinceTheNewerWasSeen(this.cluster.primary());
	}

}
