package io.nexs.postgres.routing;

import java.util.Locale;

/**
 * Why a route was taken. The name in lower case with dashes is a meter tag.
 */
public enum RouteReason {

	/**
	 * A transaction that is not read-only.
	 */
	WRITE_TRANSACTION,

	/**
	 * No transaction and no read-only flag: the statement may write.
	 */
	NO_TRANSACTION,

	/**
	 * Read-only work on a replica.
	 */
	READ_ONLY,

	/**
	 * Read-only work on the primary because the read preference says so, or because it is
	 * serializable, which a standby refuses.
	 */
	PREFERENCE_PRIMARY,

	/**
	 * Read-only work on the node with the lowest latency.
	 */
	NEAREST,

	/**
	 * Read-only work on the primary because no replica could serve it.
	 */
	FALLBACK_TO_PRIMARY,

	/**
	 * Read-only work on a replica because there is no primary.
	 */
	FALLBACK_TO_REPLICA;

	private final String tag = name().toLowerCase(Locale.ROOT).replace('_', '-');

	/**
	 * The reason as it appears in meters, headers and logs.
	 * @return for example {@code read-only}
	 */
	public String tag() {
		return this.tag;
	}

	/**
	 * Whether the work is marked read-only.
	 */
	boolean isRead() {
		return this != WRITE_TRANSACTION && this != NO_TRANSACTION;
	}

	/**
	 * Whether the route is not the one the read preference names first.
	 * @return {@code true} for the two fallbacks
	 */
	public boolean isFallback() {
		return this == FALLBACK_TO_PRIMARY || this == FALLBACK_TO_REPLICA;
	}

}
