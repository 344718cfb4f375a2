package io.nexs.postgres.routing;

/**
 * Whether a connection is tried before it is lent, which costs a round trip.
 */
enum Trial {

	/**
	 * Not, since the first statement can be repeated on another one.
	 */
	NONE,

	/**
	 * If it lay idle for a while, or another one to the node died since it was last
	 * tried; on a replica not even then.
	 */
	AFTER_IDLENESS,

	/**
	 * In any case, since another one has just turned out dead.
	 */
	ALWAYS

}
