package io.nexs.postgres.failover;

import java.time.Duration;

/**
 * Limits of waiting. Immutable.
 *
 * @param waitTimeout longest time a write is without a primary before it gives up
 * @param maxWaiting most writes that wait at one time; those past it fail at once
 */
public record FailoverSettings(Duration waitTimeout, int maxWaiting) {

	private static final Duration DEFAULT_WAIT = Duration.ofSeconds(30);

	private static final int DEFAULT_MAX_WAITING = 10_000;

	public FailoverSettings {
		if (waitTimeout.isNegative() || waitTimeout.isZero()) {
			throw new IllegalArgumentException("The time a write waits must be positive, not " + waitTimeout);
		}
		if (maxWaiting < 1) {
			throw new IllegalArgumentException("At least one write must be allowed to wait, not " + maxWaiting);
		}
	}

	/**
	 * The defaults: 30 s, 10,000 writes.
	 * @return the default settings
	 */
	public static FailoverSettings defaults() {
		return new FailoverSettings(DEFAULT_WAIT, DEFAULT_MAX_WAITING);
	}

	/**
	 * A copy with another wait timeout.
	 * @param timeout longest time a write is without a primary, more than zero
	 * @return the copy
	 */
	public FailoverSettings withWaitTimeout(Duration timeout) {
		return new FailoverSettings(timeout, this.maxWaiting);
	}

	/**
	 * A copy with another bound.
	 * @param most most writes that wait at one time, at least 1
	 * @return the copy
	 */
	public FailoverSettings withMaxWaiting(int most) {
		return new FailoverSettings(this.waitTimeout, most);
	}

}
