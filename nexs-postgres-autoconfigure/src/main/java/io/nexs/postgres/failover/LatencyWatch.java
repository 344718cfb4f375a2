package io.nexs.postgres.failover;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Compares the round trips of the latest probes of a node with those it usually has. A
 * node is slow from five probes in a row on whose average is both five times the usual
 * and 10 ms above it, until five in a row are below half of that. What is usual is
 * learned from some 200 probes and goes on being learned, so that a lasting change
 * becomes usual too. Immutable.
 *
 * @param used when the last probe was used; {@code null} before the first
 * @param probes how many were used
 * @param usual the average over a long time, in nanoseconds
 * @param latest the average over a short time, in nanoseconds
 * @param streak probes in a row that speak for the other verdict
 * @param slow the verdict
 */
record LatencyWatch(@Nullable Moment used, int probes, double usual, double latest, int streak, boolean slow) {

	static final LatencyWatch NEW = new LatencyWatch(null, 0, 0, 0, 0, false);

	private static final int WARM_UP = 20;

	private static final int STREAK = 5;

	private static final double FACTOR = 5;

	private static final double FLOOR_NANOS = 10e6;

	private static final double LATEST_WEIGHT = 0.2;

	private static final double USUAL_WEIGHT = 0.005;

	/**
	 * Probes follow each other faster in trouble, and should not be learned from more.
	 */
	private static final Duration SPACING = Duration.ofMillis(200);

	LatencyWatch with(long nanos, Moment now) {
		if (this.used != null && now.since(this.used).compareTo(SPACING) < 0) {
			return this;
		}
		int count = Math.min(this.probes + 1, WARM_UP + 1);
		double newUsual = mix(this.usual, nanos, Math.max(USUAL_WEIGHT, (count <= WARM_UP) ? 1.0 / count : 0));
		double newLatest = mix(this.latest, nanos, (this.probes == 0) ? 1 : LATEST_WEIGHT);
		boolean opposite = count > WARM_UP && (this.slow ? isBelow(newLatest, newUsual) : isAbove(newLatest, newUsual));
		int newStreak = opposite ? this.streak + 1 : 0;
		return (newStreak < STREAK) ? new LatencyWatch(now, count, newUsual, newLatest, newStreak, this.slow)
				: new LatencyWatch(now, count, newUsual, newLatest, 0, !this.slow);
	}

	private static double mix(double average, double value, double weight) {
		return average + (value - average) * weight;
	}

	private static boolean isAbove(double value, double usual) {
		return value > usual * FACTOR && value > usual + FLOOR_NANOS;
	}

	private static boolean isBelow(double value, double usual) {
		return value < usual * FACTOR / 2 || value < usual + FLOOR_NANOS / 2;
	}

}
