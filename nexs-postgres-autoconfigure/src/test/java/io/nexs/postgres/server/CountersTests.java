package io.nexs.postgres.server;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is made of counters that are reset, or of another server.
 */
class CountersTests {

	private static final Instant ONE = Instant.EPOCH;

	private static final Instant OTHER = Instant.EPOCH.plusSeconds(1);

	private final Counters counters = new Counters();

	@Test
	void deadlocksWhenFirstReadAreThoseOfThePast() {
		this.counters.next(ONE, 500, 0, 0);
		assertThat(this.counters.deadlocks()).isZero();
		this.counters.next(ONE, 502, 0, 0);
		assertThat(this.counters.deadlocks()).isEqualTo(2);
	}

	@Test
	void deadlocksWhenTheServerResetsItsCounterDoNotFall() {
		this.counters.next(ONE, 500, 0, 0);
		this.counters.next(ONE, 503, 0, 0);
		this.counters.next(ONE, 1, 0, 0);
		assertThat(this.counters.deadlocks()).isEqualTo(4);
	}

	@Test
	void deadlocksWhenAnotherServerAnswersDoNotJump() {
		this.counters.next(ONE, 3, 0, 0);
		this.counters.next(OTHER, 7000, 0, 0);
		assertThat(this.counters.deadlocks()).isZero();
		this.counters.next(OTHER, 7001, 0, 0);
		assertThat(this.counters.deadlocks()).isEqualTo(1);
	}

	@Test
	void ratioWhenReadAgainIsThatOfTheInterval() {
		assertThat(this.counters.cacheHitRatio()).isNaN();
		this.counters.next(ONE, 0, 50, 50);
		assertThat(this.counters.cacheHitRatio()).isEqualTo(0.5);
		this.counters.next(ONE, 0, 149, 51);
		assertThat(this.counters.cacheHitRatio()).isEqualTo(0.99);
		this.counters.next(ONE, 0, 149, 51);
		assertThat(this.counters.cacheHitRatio()).isEqualTo(0.99);
	}

	@Test
	void ratioWhenTheServerIsAnotherOneOrCountsAnewIsThatOfItsCounters() {
		this.counters.next(ONE, 0, 900, 100);
		this.counters.next(ONE, 0, 4, 6);
		assertThat(this.counters.cacheHitRatio()).isEqualTo(0.4);
		this.counters.next(OTHER, 0, 1000, 1000);
		assertThat(this.counters.cacheHitRatio()).isEqualTo(0.5);
		this.counters.next(ONE, 0, 0, 0);
		assertThat(this.counters.cacheHitRatio()).isNaN();
	}

}
