package io.nexs.postgres.cluster;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lag in bytes and time, and what follows from it.
 */
class ReplicaLagTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final long KIB = 1024;

	private final ClusterScript cluster = new ClusterScript(3);

	@Test
	void lagWhenNoPrimaryWasEverSeenIsUnknown() {
		this.cluster.replica(2, 100);
		assertThat(this.cluster.node(2).lagBytes()).isEqualTo(-1);
		assertThat(this.cluster.node(2).lagMillis()).isEqualTo(-1);
		assertThat(this.cluster.node(2).lagging()).isFalse();
	}

	@Test
	void lagWhenReplicaAnsweredBeforeThePrimaryIsKnownWithThePrimary() {
		this.cluster.replica(2, 100).primary(1, 1, 150);
		assertThat(this.cluster.node(2).lagBytes()).isEqualTo(50);
		assertThat(this.cluster.node(1).lagBytes()).isZero();
	}

	@Test
	void lagWhenPrimaryIsIdleStaysZero() {
		this.cluster.healthy(100);
		for (int i = 0; i < 100; i++) {
			this.cluster.after(SECOND).primary(1, 1, 100).answers(2, ClusterScript.standby(2, 100, 0, 3_600_000));
		}
		assertThat(this.cluster.node(2).lagMillis()).isZero();
		assertThat(this.cluster.node(2).lagging()).isFalse();
	}

	@Test
	void lagWhenReplayStandsStillIsTheTimeSinceThePrimaryPassedIt() {
		this.cluster.healthy(100 * KIB);
		this.cluster.after(SECOND).primary(1, 1, 100 * KIB);
		this.cluster.after(SECOND).primary(1, 1, 150 * KIB);
		this.cluster.after(Duration.ofSeconds(9)).primary(1, 1, 200 * KIB).replica(2, 100 * KIB);
		assertThat(this.cluster.node(2).lagMillis()).isEqualTo(9_000);
		assertThat(this.cluster.node(2).lagBytes()).isEqualTo(100 * KIB);
		assertThat(this.cluster.node(2).lagging()).isFalse();
		long epoch = this.cluster.topology().epoch();
		this.cluster.after(Duration.ofSeconds(2)).replica(2, 100 * KIB);
		assertThat(this.cluster.node(2).lagging()).isTrue();
		assertThat(this.cluster.node(2).servesReads()).isFalse();
		assertThat(this.cluster.topology().epoch()).isEqualTo(epoch + 1);
		this.cluster.after(SECOND).replica(2, 200 * KIB);
		assertThat(this.cluster.node(2).lagMillis()).isZero();
		assertThat(this.cluster.node(2).servesReads()).isTrue();
	}

	@Test
	void replicaWhenBehindInTimeButNotInBytesServesReads() {
		this.cluster.healthy(100 * KIB).after(SECOND).primary(1, 1, 110 * KIB);
		this.cluster.after(Duration.ofMinutes(1)).replica(2, 100 * KIB);
		assertThat(this.cluster.node(2).lagMillis()).isEqualTo(60_000);
		assertThat(this.cluster.node(2).servesReads()).isTrue();
	}

	@Test
	void replicaWhenBehindInBytesButNotInTimeServesReads() {
		this.cluster.healthy(100 * KIB).after(SECOND).primary(1, 1, 900_000 * KIB).after(SECOND).replica(2, 100 * KIB);
		assertThat(this.cluster.node(2).lagMillis()).isEqualTo(1_000);
		assertThat(this.cluster.node(2).servesReads()).isTrue();
	}

	@Test
	void lagWhenReplicaIsBehindTheHistoryCountsTheServersOwnAge() {
		this.cluster.primary(1, 1, 900 * KIB).answers(2, ClusterScript.standby(2, 100 * KIB, 0, 3_600_000));
		assertThat(this.cluster.node(2).lagMillis()).isEqualTo(3_600_000);
		assertThat(this.cluster.node(2).lagging()).isTrue();
	}

	@Test
	void lagWhenThePrimaryIsGoneIsMeasuredAgainstTheLastKnownPosition() {
		this.cluster.healthy(100 * KIB).after(SECOND).primary(1, 1, 200 * KIB).fails(1, 3);
		this.cluster.after(Duration.ofSeconds(11)).replica(2, 100 * KIB);
		assertThat(this.cluster.node(2).lagBytes()).isEqualTo(100 * KIB);
		assertThat(this.cluster.node(2).lagging()).isTrue();
	}

	@Test
	void lagWhenANewTermBeginsStartsANewHistory() {
		this.cluster.healthy(100 * KIB).after(SECOND).primary(1, 1, 200 * KIB);
		this.cluster.after(Duration.ofSeconds(30)).primary(2, 2, 180 * KIB).replica(3, 150 * KIB);
		assertThat(this.cluster.node(3).lagBytes()).isEqualTo(30 * KIB);
		assertThat(this.cluster.node(3).lagMillis()).isZero();
	}

	@Test
	void replicaWhenReceivingAnOlderTimelineIsLeftOut() {
		this.cluster.healthy(100).answers(3, ClusterScript.standby(3, 100, 1, 0));
		assertThat(this.cluster.node(3).servesReads()).isTrue();
		this.cluster.primary(2, 2, 200);
		assertThat(this.cluster.node(3).followsOldTimeline()).isTrue();
		assertThat(this.cluster.node(3).servesReads()).isFalse();
		this.cluster.answers(3, ClusterScript.standby(3, 200, 2, 0));
		assertThat(this.cluster.node(3).servesReads()).isTrue();
	}

	@Test
	void replicaWhenItsTimelineCannotBeReadIsLeftOutWhereTheDeposedPrimaryIs() {
		this.cluster.healthy(100).primary(2, 2, 200);
		assertThat(this.cluster.node(3).followsOldTimeline()).isTrue();
		this.cluster.primary(1, 1, 110).replica(3, 105);
		assertThat(this.cluster.node(3).followsOldTimeline()).as("it may be on its way").isFalse();
		this.cluster.replica(3, 110);
		assertThat(this.cluster.node(3).followsOldTimeline()).isTrue();
		this.cluster.replica(3, 200);
		assertThat(this.cluster.node(3).followsOldTimeline()).isFalse();
	}

	@Test
	void replicaWhenBothPrimariesAreWhereItIsIsNotLeftOut() {
		this.cluster.healthy(100).primary(2, 2, 100).replica(3, 100);
		assertThat(this.cluster.node(3).followsOldTimeline()).isFalse();
	}

}
