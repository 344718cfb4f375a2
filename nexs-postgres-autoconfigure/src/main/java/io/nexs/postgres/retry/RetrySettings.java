package io.nexs.postgres.retry;

import java.time.Duration;

/**
 * How often and when a transaction is run again.
 *
 * @param maxRetries runs after the first one at most, at least 1
 * @param delay pause before the first retry, before jitter
 * @param maxDelay longest pause, after jitter; not less than the delay
 * @param multiplier factor from one pause to the next, at least 1
 * @param jitter share of a pause by which it varies up or down, 0 to 1
 * @param timeout time after the beginning of the first run after which none is begun; 0
 * for no limit
 * @param lockNotAvailable whether 55P03 is a reason to run again
 */
public record RetrySettings(int maxRetries, Duration delay, Duration maxDelay, double multiplier, double jitter,
		Duration timeout, boolean lockNotAvailable) {

	public RetrySettings {
		check(maxRetries >= 1, "maxRetries is " + maxRetries + ": that can never retry");
		check(!delay.isNegative(), "delay is negative");
		check(maxDelay.compareTo(delay) >= 0, "maxDelay is less than delay");
		check(multiplier >= 1, "multiplier is " + multiplier + ", less than 1");
		check(jitter >= 0 && jitter <= 1, "jitter is " + jitter + ", not between 0 and 1");
		check(timeout.isZero() || timeout.compareTo(delay) > 0,
				"timeout is not more than delay: that can never retry after a pause");
	}

	private static void check(boolean valid, String message) {
		if (!valid) {
			throw new IllegalArgumentException(message);
		}
	}

	/**
	 * Three retries after 100 ms, 200 ms and 400 ms, each half as much more or less, none
	 * after a minute; not for 55P03.
	 * @return the defaults
	 */
	public static RetrySettings defaults() {
		return new RetrySettings(3, Duration.ofMillis(100), Duration.ofSeconds(5), 2, 0.5, Duration.ofMinutes(1),
				false);
	}

}
