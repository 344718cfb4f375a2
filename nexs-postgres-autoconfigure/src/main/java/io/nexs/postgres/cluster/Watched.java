package io.nexs.postgres.cluster;

/**
 * The probing of one node, as seen by who watches its silence. Moments are nanoseconds on
 * the scale of {@link System#nanoTime()}.
 */
interface Watched {

	/**
	 * The node that is probed.
	 * @return its id
	 */
	String nodeId();

	/**
	 * Whether there is to be no probe.
	 * @return whether probing rests
	 */
	boolean isPaused();

	/**
	 * Whether a probe is under way.
	 * @return whether its answer is awaited
	 */
	boolean isWaiting();

	/**
	 * When the last probe was sent, or the one under way.
	 * @return the moment
	 */
	long askedAt();

	/**
	 * When the node last answered on any connection.
	 * @return the moment
	 */
	long answeredAt();

}
