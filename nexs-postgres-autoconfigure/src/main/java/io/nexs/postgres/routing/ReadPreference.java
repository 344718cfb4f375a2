package io.nexs.postgres.routing;

/**
 * Where reads go that were marked read-only. Anything else goes to the primary, whatever
 * the preference is. Immutable, safe for use by many threads.
 */
public enum ReadPreference {

	/**
	 * The primary only; a read fails or waits while there is none.
	 */
	PRIMARY,

	/**
	 * The primary, and a replica while there is no primary.
	 */
	PRIMARY_PREFERRED,

	/**
	 * A replica only; a read fails while no replica serves reads.
	 */
	SECONDARY,

	/**
	 * A replica, and the primary while no replica serves reads.
	 */
	SECONDARY_PREFERRED,

	/**
	 * The node with the lowest latency, primary or replica.
	 */
	NEAREST

}
