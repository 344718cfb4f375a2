package io.nexs.postgres.failover;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * For how long a node has taken work.
 *
 * @param node id of the node
 * @param up whether it takes work now
 * @param sinceChange for how long that has been so
 * @param losses how many times it ceased to take work
 * @param lastRecovery how long it took no work the last time; {@code null} when it never
 * came back
 */
public record NodeUptime(String node, boolean up, Duration sinceChange, int losses, @Nullable Duration lastRecovery) {

	/**
	 * Time the node has taken work without interruption.
	 * @return the time; zero while it takes none
	 */
	public Duration uptime() {
		return this.up ? this.sinceChange : Duration.ZERO;
	}

}
