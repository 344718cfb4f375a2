package io.nexs.postgres.routing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Latency of one node as a peak-sensitive moving average: a slower sample counts at once,
 * faster ones pull it down over seconds, and silence lets it decay, so that a node that
 * was slow is tried again. Thread-safe; two writers at the same moment may lose one
 * sample, and others see one a moment later.
 */
final class NodeLoad {

	private static final double DECAY_NANOS = TimeUnit.SECONDS.toNanos(10);

	/**
	 * What is asked for is whether there was an answer within hundreds of milliseconds.
	 */
	private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	/** Bits of a floating-point number. */
	private final AtomicLong average = new AtomicLong();

	private final AtomicLong sampledAt = new AtomicLong(System.nanoTime());

	/** An answer that was no sample. */
	private volatile long answeredAt = this.sampledAt.get();

	void record(long nanos, long now) {
		double weight = weightOfPast(now);
		double past = average() * weight;
		double present = (nanos > past) ? nanos : past + nanos * (1 - weight);
		this.average.setRelease(Double.doubleToRawLongBits(present));
		this.sampledAt.setRelease(now);
	}

	/**
	 * The node answered with something whose latency does not count: a failure, the end
	 * of a transaction.
	 * @param now when
	 */
	void answered(long now) {
		if (now - answeredAt() > GRAIN_NANOS) {
			this.answeredAt = now;
		}
	}

	/**
	 * When the node last answered a statement.
	 * @return in the time of {@link System#nanoTime()}
	 */
	long answeredAt() {
		long sampled = this.sampledAt.get();
		long other = this.answeredAt;
		return (other - sampled > 0) ? other : sampled;
	}

	double latencyNanos() {
		double value = average();
		return (value == 0) ? 0 : value * weightOfPast(System.nanoTime());
	}

	private double average() {
		return Double.longBitsToDouble(this.average.get());
	}

	/**
	 * A rational stand-in for the exponential: the half-life is the decay time.
	 */
	private double weightOfPast(long now) {
		return DECAY_NANOS / (DECAY_NANOS + Math.max(0, now - this.sampledAt.get()));
	}

}
