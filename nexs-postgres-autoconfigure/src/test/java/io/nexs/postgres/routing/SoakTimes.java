package io.nexs.postgres.routing;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long operations took, in classes of which each is an eighth of a power of two wide,
 * so that the memory does not grow with the number of operations. Thread-safe.
 */
final class SoakTimes {

	private static final int STEPS = 8;

	private final AtomicLongArray counts = new AtomicLongArray(Long.SIZE * STEPS);

	void record(long nanos) {
		long value = Math.max(STEPS, nanos);
		int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
		this.counts.incrementAndGet(power * STEPS + (int) ((value >>> (power - 3)) & (STEPS - 1)));
	}

	/**
	 * The time that a share of the operations did not exceed, in milliseconds.
	 */
	double quantile(double share) {
		long total = 0;
		for (int i = 0; i < this.counts.length(); i++) {
			total += this.counts.get(i);
		}
		long seen = 0;
		for (int i = 0; i < this.counts.length(); i++) {
			seen += this.counts.get(i);
			if (seen > 0 && seen >= total * share) {
				return Math.scalb(1 + (i % STEPS + 1) / (double) STEPS, i / STEPS) / 1e6;
			}
		}
		return 0;
	}

	@Override
	public String toString() {
		return String.format("p50 %.2f ms, p99 %.1f ms, p99.9 %.1f ms, max %.1f ms", quantile(0.5), quantile(0.99),
				quantile(0.999), quantile(1));
	}

}
