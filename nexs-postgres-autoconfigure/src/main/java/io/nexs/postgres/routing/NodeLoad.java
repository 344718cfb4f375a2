package io.nexs.postgres.routing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Latency of one node as a peak-sensitive moving average: a slower sample counts at once,
 * faster ones pull it down over seconds, and silence lets it decay, so that a node that
 * was slow is tried again. Statements are timed from the first time on that somebody asks
 * for the latency; before, the answers to probes are all that is known. Thread-safe; two
 * writers at the same moment may lose one sample, and others see one a moment later.
 */
final class NodeLoad {

	private static final double DECAY_NANOS = TimeUnit.SECONDS.toNanos(10);

	/** Bits of a floating-point number. */
	private final AtomicLong average = new AtomicLong();

	private final AtomicLong sampledAt = new AtomicLong(System.nanoTime());

	private volatile boolean wanted;

	/** Whether there was an answer without a sample since {@link #askedAt}. */
	private final AtomicBoolean answered = new AtomicBoolean();

	private final ReentrantLock lock = new ReentrantLock();

	/** When somebody last asked for the last answer. */
	private long askedAt = this.sampledAt.get();

	private long answeredAt = this.askedAt;

	void record(long nanos, long now) {
		double weight = weightOfPast(now);
		double past = average() * weight;
		double present = (nanos > past) ? nanos : past + nanos * (1 - weight);
		this.average.setRelease(Double.doubleToRawLongBits(present));
		this.sampledAt.setRelease(now);
	}

	/**
	 * The node answered with something whose latency does not count: a failure, the end
	 * of a transaction, what nobody times. The clock is left to who asks.
	 */
	void answered() {
		if (!this.answered.getOpaque()) {
			this.answered.setOpaque(true);
		}
	}

	/**
	 * When the node last answered a statement, or a moment before that: of an answer that
	 * was no sample it is only known that it came after this was last asked.
	 * @return in the time of {@link System#nanoTime()}
	 */
	long answeredAt() {
		this.lock.lock();
		try {
			long now = System.nanoTime();
			if (this.answered.getAndSet(false)) {
				this.answeredAt = this.askedAt;
			}
			this.askedAt = now;
			long sampled = this.sampledAt.get();
			return (this.answeredAt - sampled > 0) ? this.answeredAt : sampled;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether anybody has asked for the latency.
	 */
	boolean isWanted() {
		return this.wanted;
	}

	/**
	 * Whether there was no sample.
	 */
	boolean isUnknown() {
		return this.average.get() == 0;
	}

	double latencyNanos() {
		if (!this.wanted) {
			this.wanted = true;
		}
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
