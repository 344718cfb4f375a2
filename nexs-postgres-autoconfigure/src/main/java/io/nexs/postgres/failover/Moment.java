package io.nexs.postgres.failover;

import java.time.Duration;
import java.time.Instant;

/**
 * One moment on two clocks: one to measure with, one to show.
 *
 * @param nanos on the scale of {@link System#nanoTime()}
 * @param at the time of day
 */
record Moment(long nanos, Instant at) {

	static Moment now() {
		return new Moment(System.nanoTime(), Instant.now());
	}

	/**
	 * Time between two moments.
	 * @param earlier the other one
	 * @return the time, never negative
	 */
	Duration since(Moment earlier) {
		return Duration.ofNanos(Math.max(0, this.nanos - earlier.nanos));
	}

}
