package io.nexs.postgres.routing;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Settings of routing. Immutable.
 *
 * @param preference where read-only work goes
 * @param zone zone of this application, whose replicas are preferred, or {@code null}
 * @param maxFallbackConns most connections lent at one time to reads that fell back to
 * the primary
 * @param acquireTimeout longest wait for a connection, over all nodes tried
 * @param autoCommit whether a new connection is in autocommit mode
 */
public record RoutingSettings(ReadPreference preference, @Nullable String zone, int maxFallbackConns,
		Duration acquireTimeout, boolean autoCommit) {

	/**
	 * The defaults: replicas preferred, no zone, no limit to fallbacks, 30 s, autocommit.
	 * @return new settings
	 */
	public static RoutingSettings defaults() {
		return new RoutingSettings(ReadPreference.SECONDARY_PREFERRED, null, Integer.MAX_VALUE, Duration.ofSeconds(30),
				true);
	}

	/**
	 * A copy with another preference.
	 * @param preference where read-only work goes
	 * @return the copy
	 */
	public RoutingSettings withPreference(ReadPreference preference) {
		return new RoutingSettings(preference, this.zone, this.maxFallbackConns, this.acquireTimeout, this.autoCommit);
	}

	/**
	 * A copy with another acquire timeout.
	 * @param acquireTimeout longest wait for a connection, over all nodes tried
	 * @return the copy
	 */
	public RoutingSettings withAcquireTimeout(Duration acquireTimeout) {
		return new RoutingSettings(this.preference, this.zone, this.maxFallbackConns, acquireTimeout, this.autoCommit);
	}

}
