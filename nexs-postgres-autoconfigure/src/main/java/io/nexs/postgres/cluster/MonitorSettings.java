package io.nexs.postgres.cluster;

import java.time.Duration;

/**
 * How nodes are probed and judged. Immutable.
 *
 * @param interval time between two probes of a healthy node, jittered by a tenth
 * @param fastInterval time between two probes from the first sign of trouble
 * @param timeout limit of connecting, and of one probe on an open connection
 * @param failureThreshold consecutive failed probes that make a node unhealthy
 * @param successThreshold consecutive answered probes that make it healthy again
 * @param maxLag lag in time above which a replica serves no reads, if it is over
 * {@code maxLagBytes} too
 * @param maxLagBytes lag in bytes above which a replica serves no reads, if it is over
 * {@code maxLag} too
 * @param onConflict which of several writable nodes is the primary
 * @param lostAfter silence on all connections of a node after which they are aborted; at
 * least {@code timeout}
 */
public record MonitorSettings(Duration interval, Duration fastInterval, Duration timeout, int failureThreshold,
		int successThreshold, Duration maxLag, long maxLagBytes, ConflictPolicy onConflict, Duration lostAfter) {

	public MonitorSettings {
		requirePositive("interval", interval);
		requirePositive("fastInterval", fastInterval);
		requirePositive("timeout", timeout);
		if (failureThreshold < 1 || successThreshold < 1) {
			throw new IllegalArgumentException("Thresholds must be at least 1, not " + failureThreshold
					+ " failures and " + successThreshold + " successes");
		}
		if (maxLag.isNegative() || maxLagBytes < 0) {
			throw new IllegalArgumentException("Lag limits must not be negative");
		}
		if (fastInterval.compareTo(interval) > 0) {
			throw new IllegalArgumentException(
					"The fast interval (" + fastInterval + ") is longer than the interval (" + interval + ")");
		}
		if (lostAfter.compareTo(timeout) < 0) {
			throw new IllegalArgumentException(
					"A node cannot be lost (" + lostAfter + ") before a probe has failed (" + timeout + ")");
		}
	}

	/**
	 * The defaults: 1 s, 25 ms in trouble, 1 s to answer, three failures, two successes,
	 * 10 s and 16 KiB of lag, newest timeline, lost after 30 s.
	 * @return the default settings
	 */
	public static MonitorSettings defaults() {
		return new MonitorSettings(Duration.ofSeconds(1), Duration.ofMillis(25), Duration.ofSeconds(1), 3, 2,
				Duration.ofSeconds(10), 16 * 1024, ConflictPolicy.NEWEST_TIMELINE, Duration.ofSeconds(30));
	}

	/**
	 * The same with other times.
	 * @param interval time between two probes of a healthy node
	 * @param fastInterval time between two probes in trouble
	 * @param timeout limit of one probe
	 * @return the changed settings
	 */
	public MonitorSettings withTimes(Duration interval, Duration fastInterval, Duration timeout) {
		return new MonitorSettings(interval, fastInterval, timeout, this.failureThreshold, this.successThreshold,
				this.maxLag, this.maxLagBytes, this.onConflict, this.lostAfter);
	}

	/**
	 * The same with other thresholds.
	 * @param failures consecutive failed probes that make a node unhealthy
	 * @param successes consecutive answered probes that make it healthy again
	 * @return the changed settings
	 */
	public MonitorSettings withThresholds(int failures, int successes) {
		return new MonitorSettings(this.interval, this.fastInterval, this.timeout, failures, successes, this.maxLag,
				this.maxLagBytes, this.onConflict, this.lostAfter);
	}

	/**
	 * The same with other lag limits.
	 * @param time the limit in time
	 * @param bytes the limit in bytes
	 * @return the changed settings
	 */
	public MonitorSettings withMaxLag(Duration time, long bytes) {
		return new MonitorSettings(this.interval, this.fastInterval, this.timeout, this.failureThreshold,
				this.successThreshold, time, bytes, this.onConflict, this.lostAfter);
	}

	/**
	 * The same with another conflict policy.
	 * @param policy which of several writable nodes is the primary
	 * @return the changed settings
	 */
	public MonitorSettings withOnConflict(ConflictPolicy policy) {
		return new MonitorSettings(this.interval, this.fastInterval, this.timeout, this.failureThreshold,
				this.successThreshold, this.maxLag, this.maxLagBytes, policy, this.lostAfter);
	}

	/**
	 * The same with another limit of silence.
	 * @param limit silence on all connections of a node after which they are aborted
	 * @return the changed settings
	 */
	public MonitorSettings withLostAfter(Duration limit) {
		return new MonitorSettings(this.interval, this.fastInterval, this.timeout, this.failureThreshold,
				this.successThreshold, this.maxLag, this.maxLagBytes, this.onConflict, limit);
	}

	/**
	 * How long a probe may stay without an answer before its node is suspect.
	 * @return half its timeout
	 */
	Duration lateAfter() {
		return this.timeout.dividedBy(2);
	}

	private static void requirePositive(String name, Duration value) {
		if (value.isNegative() || value.isZero()) {
			throw new IllegalArgumentException("'" + name + "' must be positive, not " + value);
		}
	}

}
