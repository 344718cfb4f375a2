package io.nexs.postgres.server;

import java.time.Duration;

/**
 * How servers are asked for their figures.
 *
 * @param interval time between two questions to one server
 * @param timeout longest time for connecting, and for each answer
 * @param writeProbe whether a primary is asked to commit something, too
 */
public record ServerSettings(Duration interval, Duration timeout, boolean writeProbe) {

	private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(1);

	/**
	 * A timeout of the interval, but from one to five seconds, and nothing is written.
	 * @param interval time between two questions to one server
	 * @return settings
	 */
	public static ServerSettings every(Duration interval) {
		Duration timeout = (interval.compareTo(LONGEST_TIMEOUT) > 0) ? LONGEST_TIMEOUT : interval;
		return new ServerSettings(interval, (timeout.compareTo(SHORTEST_TIMEOUT) < 0) ? SHORTEST_TIMEOUT : timeout,
				false);
	}

	/**
	 * The same with or without a write.
	 * @param write whether a primary is asked to commit something
	 * @return settings
	 */
	public ServerSettings withWriteProbe(boolean write) {
		return new ServerSettings(this.interval, this.timeout, write);
	}

	/**
	 * The longest time for a COMMIT: the driver gives it up before it gives up the
	 * connection.
	 */
	Duration writeLimit() {
		return this.timeout.dividedBy(2);
	}

	/**
	 * Age from which figures are not shown any more: two questions were due since.
	 */
	long staleNanos() {
		return this.interval.multipliedBy(2).plus(this.timeout.multipliedBy(2)).toNanos();
	}

}
