package io.nexs.postgres.cluster;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Time that passes and time in which the process runs, by hand.
 */
class StallsTests {

	private static final long BEAT = Duration.ofMillis(100).toNanos();

	private static final long BEGIN = Long.MAX_VALUE - BEAT;

	private final Stalls stalls = new Stalls(BEGIN, 2 * BEAT);

	@Test
	void beatsWhenInTimeAreNoStall() {
		for (int beat = 1; beat <= 10; beat++) {
			assertThat(this.stalls.beat(BEGIN + beat * BEAT)).isEqualTo(BEAT);
		}
		assertThat(this.stalls.totalNanos(BEGIN + 11 * BEAT)).isZero();
	}

	@Test
	void stallWhenItIsOverIsAllButOneLongestBeat() {
		assertThat(this.stalls.beat(BEGIN + 40 * BEAT)).isEqualTo(2 * BEAT);
		assertThat(this.stalls.totalNanos(BEGIN + 40 * BEAT)).isEqualTo(38 * BEAT);
		this.stalls.beat(BEGIN + 41 * BEAT);
		assertThat(this.stalls.totalNanos(BEGIN + 42 * BEAT)).isEqualTo(38 * BEAT);
	}

	@Test
	void stallWhenAnotherThreadRunsFirstIsKnownBeforeTheBeat() {
		assertThat(this.stalls.totalNanos(BEGIN + 40 * BEAT)).isEqualTo(38 * BEAT);
		this.stalls.beat(BEGIN + 40 * BEAT);
		assertThat(this.stalls.totalNanos(BEGIN + 40 * BEAT)).isEqualTo(38 * BEAT);
	}

}
