package io.nexs.postgres.server;

import java.time.Duration;

/**
 * How servers are asked for their figures.
 *
 * @param interval time between two questions to one server
 * @param timeout longest time for connecting, and for each answer
 */
public record ServerSettings(Duration interval, Duration timeout) {

	private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(1);

	/**
	 * A timeout of the interval, but from one to five seconds.
	 * @param interval time between two questions to one server
	 * @return settings
	 */
	public static ServerSettings every(Duration interval) {
		Duration timeout = (interval.compareTo(LONGEST_TIMEOUT) > 0) ? LONGEST_TIMEOUT : interval;
		return new ServerSettings(interval, (timeout.compareTo(SHORTEST_TIMEOUT) < 0) ? SHORTEST_TIMEOUT : timeout);
	}

	/**
	 * Age from which figures are not shown any more: two questions were due since.
	 */
	long staleNanos() {
		return this.interval.multipliedBy(2).plus(this.timeout.multipliedBy(2)).toNanos();
	}

}
