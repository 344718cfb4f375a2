package io.nexs.postgres.routing;

import java.util.concurrent.TimeUnit;

/**
 * Latency of one node as a peak-sensitive moving average: a slower sample counts at once,
 * faster ones pull it down over seconds, and silence lets it decay, so that a node that
 * was slow is tried again. Thread-safe; two writers at the same moment may lose one
 * sample.
 */
final class NodeLoad {

	private static final double DECAY_NANOS = TimeUnit.SECONDS.toNanos(10);

	private volatile double average;

	private volatile long sampledAt;

	void record(long nanos, long now) {
		double before = this.average;
		double weight = weightOfPast(now);
		this.average = (nanos > before * weight) ? nanos : before * weight + nanos * (1 - weight);
		this.sampledAt = now;
	}

	double latencyNanos() {
		double value = this.average;
		return (value == 0) ? 0 : value * weightOfPast(System.nanoTime());
	}

	/**
	 * A rational stand-in for the exponential: the half-life is the decay time.
	 */
	private double weightOfPast(long now) {
		return DECAY_NANOS / (DECAY_NANOS + Math.max(0, now - this.sampledAt));
	}

}
