package io.nexs.postgres.chaos;

import java.time.Duration;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.retry.RetryCause;
import io.nexs.postgres.retry.RetryManager;
import io.nexs.postgres.retry.RetryOutcome;
import io.nexs.postgres.retry.RetryStatistics;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writers whose transactions are run again, with markers and synchronous replication,
 * while the primary is lost: no call fails, nothing is lost, nothing is there twice.
 */
class FailoverChaosTests {

	private static final int AFTER = 20;

	private static EmbeddedCluster cluster;

	@BeforeAll
	static void startServers() {
		cluster = Servers.start();
	}

	@AfterAll
	static void stopServers() {
		cluster.close();
	}

	@BeforeEach
	void recover() {
		Servers.recover(cluster, true);
	}

	@ParameterizedTest
	@EnumSource(Fault.class)
	void primaryWhenItIsLostCostsNoCall(Fault fault) {
		try (Chaos chaos = Chaos.retried(cluster)) {
			chaos.writers().start();
			EmbeddedNode old = fault.failOver(cluster);
			chaos.awaitPrimary(cluster.primary());
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(chaos.pool(old).lent()).as("threads inside the old primary").isZero());
			chaos.writers().awaitEach(AFTER);
			assertAllWell(chaos);
		}
	}

	private static void assertAllWell(Chaos chaos) {
		chaos.writers().stop();
		chaos.assertNoCallFailed();
		chaos.assertNothingLostOrDoubled();
		chaos.assertEverythingGivenBack();
		assertPlausible(chaos.bean(RetryManager.class).statistics());
	}

	/**
	 * Every call that had a reason to be run again succeeded, and the reasons are those a
	 * failover gives.
	 */
	private static void assertPlausible(RetryStatistics statistics) {
		assertThat(statistics.calls(RetryOutcome.FAILED)).isZero();
		assertThat(statistics.calls(RetryOutcome.REFUSED)).isZero();
		long retries = 0;
		for (RetryCause cause : RetryCause.values()) {
			retries += statistics.retries(cause);
			if (!cause.isFailover()) {
				assertThat(statistics.retries(cause)).as(cause.name()).isZero();
			}
		}
		assertThat(retries).isGreaterThanOrEqualTo(statistics.calls(RetryOutcome.RECOVERED));
	}

	@Test
	void switchoverCostsNoCall() {
		try (Chaos chaos = Chaos.retried(cluster)) {
			chaos.writers().start();
			EmbeddedNode first = cluster.primary();
			cluster.switchover(Servers.foremost(cluster).id());
			chaos.writers().awaitEach(AFTER);
			cluster.switchover(first.id());
			chaos.awaitPrimary(first);
			chaos.writers().awaitEach(AFTER);
			assertAllWell(chaos);
		}
	}

	@Test
	void twoFailoversInARowCostNoCall() {
		try (Chaos chaos = Chaos.retried(cluster)) {
			chaos.writers().start();
			EmbeddedNode first = Fault.KILL.failOver(cluster);
			cluster.rejoin(first.id());
			EmbeddedNode second = Fault.FREEZE.failOver(cluster);
			assertThat(second).isNotSameAs(first);
			chaos.writers().awaitEach(AFTER);
			assertAllWell(chaos);
		}
	}

	@Test
	void replicaThatIsLostDuringTheFailoverCostsNoCall() {
		try (Chaos chaos = Chaos.retried(cluster)) {
			chaos.writers().start();
			Fault.KILL.strike(cluster.primary());
			EmbeddedNode candidate = Servers.foremost(cluster);
			EmbeddedNode other = cluster.replicas()
				.stream()
				.filter((node) -> node != candidate)
				.findFirst()
				.orElseThrow();
			other.kill();
			cluster.promote(candidate.id());
			chaos.awaitPrimary(candidate);
			cluster.rejoin(other.id());
			chaos.writers().awaitEach(AFTER);
			assertAllWell(chaos);
		}
	}

}
