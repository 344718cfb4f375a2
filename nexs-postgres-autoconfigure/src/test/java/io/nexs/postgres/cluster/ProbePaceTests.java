package io.nexs.postgres.cluster;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ProbePaceTests {

	private static final long SLOW = Duration.ofSeconds(1).toNanos();

	private static final long FAST = Duration.ofMillis(25).toNanos();

	private final ClusterScript cluster = new ClusterScript(3);

	private final ProbePace first = new ProbePace(0, MonitorSettings.defaults());

	private final ProbePace second = new ProbePace(1, MonitorSettings.defaults());

	private final ProbePace third = new ProbePace(2, MonitorSettings.defaults());

	@Test
	void paceWhenAllIsWellIsSlow() {
		this.cluster.healthy(100);
		assertPaces(SLOW, SLOW, SLOW);
	}

	@Test
	void restWhenTheClockOverflowsIsTheSame() {
		this.cluster.healthy(100);
		long start = Long.MAX_VALUE - SLOW / 2;
		this.first.ended(start, start + FAST, 1);
		assertThat(rest(start + FAST, false)).isEqualTo(SLOW - FAST);
		assertThat(rest(start + SLOW, false)).isZero();
		assertThat(rest(start + FAST, true)).isEqualTo(Duration.ofMillis(5).toNanos());
	}

	private long rest(long nanoTime, boolean wanted) {
		return this.first.restNanos(this.cluster.topology(), wanted, nanoTime);
	}

	@Test
	void paceWhenNothingIsKnownIsFastForAll() {
		assertPaces(FAST, FAST, FAST);
	}

	@Test
	void paceWhenANodeWasNeverReachedDoublesUpToTheInterval() {
		this.cluster.fails(1).fails(2, 3);
		assertPaces(2 * FAST, 8 * FAST, FAST);
		this.cluster.fails(1, 40).primary(2, 1, 100);
		assertPaces(SLOW, FAST, FAST);
	}

	@Test
	void paceWhenThePrimaryIsNotHealthyIsFastForAll() {
		this.cluster.healthy(100).fails(1);
		assertPaces(FAST, FAST, FAST);
		this.cluster.fails(1, 2).primary(1, 1, 100);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.RECOVERING);
		assertPaces(FAST, FAST, FAST);
	}

	@Test
	void paceWhenAReplicaIsInDoubtIsFastForItAlone() {
		this.cluster.healthy(100).fails(2);
		assertPaces(SLOW, FAST, SLOW);
		this.cluster.fails(2, 2).replica(2, 100);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.RECOVERING);
		assertPaces(SLOW, FAST, SLOW);
	}

	@Test
	void paceWhenAReplicaStaysAwayIsFastForTenSecondsOnly() {
		this.cluster.healthy(100).fails(2, 3);
		assertPaces(SLOW, FAST, SLOW);
		this.cluster.after(Duration.ofMillis(9_900));
		assertPaces(SLOW, FAST, SLOW);
		this.cluster.after(Duration.ofMillis(200));
		assertPaces(SLOW, SLOW, SLOW);
		this.cluster.replica(2, 100).replica(2, 100);
		assertPaces(SLOW, SLOW, SLOW);
		this.cluster.fails(2, 3);
		assertPaces(SLOW, FAST, SLOW);
	}

	@Test
	void paceWhenAFencedNodeStopsAnsweringIsFastForIt() {
		this.cluster.healthy(100).primary(2, 2, 200);
		assertPaces(SLOW, SLOW, SLOW);
		this.cluster.fails(1);
		assertPaces(FAST, SLOW, SLOW);
	}

	private void assertPaces(long... expected) {
		Topology topology = this.cluster.topology();
		long now = this.cluster.nanoTime;
		assertThat(new long[] { this.first.intervalNanos(topology, now), this.second.intervalNanos(topology, now),
				this.third.intervalNanos(topology, now) })
			.containsExactly(expected);
	}

}
