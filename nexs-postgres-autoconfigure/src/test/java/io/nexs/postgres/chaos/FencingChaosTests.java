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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
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

	private static EmbeddedCluster cluster;

	private final CompletableFuture<Long> seen = new CompletableFuture<>();

	private EmbeddedNode old;

	private Chaos chaos;

	@BeforeAll
	static void startServers() {
		cluster = Servers.start();
	}

	@AfterAll
	static void stopServers() {
		cluster.close();
	}

	@BeforeEach
	void write() {
		Servers.recover(cluster, false);
		this.chaos = Chaos.retried(cluster);
		this.old = cluster.primary();
		ClusterMonitor monitor = this.chaos.monitor();
		int timeline = this.old.timeline();
		monitor.addListener((topology, events) -> {
			if (topology.term() != null && topology.term().timeline() > timeline) {
				this.seen.complete(System.nanoTime());
			}
		});
		this.chaos.writers().start();
	}

	@AfterEach
	void stop() {
		this.chaos.close();
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
		EmbeddedNode candidate = Servers.foremost(cluster);
		cluster.promote(candidate.id());
		assertNothingLostSinceTheNewerWasSeen(candidate);
	}

	@Test
	void oldPrimaryThatThawsGetsNoWrites() throws Exception {
		Fault.FREEZE.failOver(cluster);
		EmbeddedNode primary = cluster.primary();
		this.chaos.awaitPrimary(primary);
		this.old.thaw();
		assertNothingLostSinceTheNewerWasSeen(primary);
	}

	/**
	 * It thaws before anybody knows that it was replaced.
	 */
	@Test
	void oldPrimaryThatThawsTogetherWithThePromotionGetsNoWrites() throws Exception {
		EmbeddedNode candidate = Servers.foremost(cluster);
		this.old.freeze();
		CompletableFuture<Void> thaw = CompletableFuture.runAsync(this.old::thaw);
		cluster.promote(candidate.id());
		thaw.get(30, TimeUnit.SECONDS);
		assertNothingLostSinceTheNewerWasSeen(candidate);
	}

	@Test
	void oldPrimaryThatIsStartedOnItsOldDataGetsNoWrites() throws Exception {
		Fault.KILL.failOver(cluster);
		EmbeddedNode primary = cluster.primary();
		this.old.start();
		Servers.acceptAlone(this.old);
		assertNothingLostSinceTheNewerWasSeen(primary);
	}

	@Test
	void oldPrimaryThatIsReachedAgainGetsNoWrites() throws Exception {
		Fault.CUT.failOver(cluster);
		this.old.relay().restore();
		assertNothingLostSinceTheNewerWasSeen(cluster.primary());
	}

}
