package io.nexs.postgres.simulation;

/**
 * Something that goes wrong at some moment, and is over after a while where that makes
 * sense.
 *
 * @param time when, in nanoseconds
 * @param kind what
 * @param node the node it begins with
 * @param other another node, where two are needed
 * @param lasts for how long, in nanoseconds
 */
record Fault(long time, Kind kind, int node, int other, long lasts) {

	/**
	 * What can go wrong. Those that are listed more often in {@link Schedule} happen more
	 * often.
	 */
	enum Kind {

		/** The process dies and is started again on its data. */
		CRASH,

		/** The process of the primary dies and is started again on its data. */
		CRASH_PRIMARY,

		/** The process stands still. */
		FREEZE,

		/** The process of the primary stands still. */
		FREEZE_PRIMARY,

		/** Packets between the client and a server are held back. */
		CUT,

		/** Packets between the client and the primary are held back. */
		CUT_PRIMARY,

		/** A server is cut off from the other servers and their operator. */
		ISOLATE,

		/** The primary is cut off from all others. */
		ISOLATE_PRIMARY,

		/** The network to a server is slow. */
		SLOW,

		/** Somebody promotes a standby while the primary lives. */
		PROMOTE,

		/** Two standbys are promoted at once. */
		PROMOTE_TWO,

		/** The primary is stopped, a standby promoted, and the old primary follows it. */
		SWITCHOVER,

		/** A server starts on data that miss the newest records. */
		OLD_DATA,

		/** A server of another cluster answers at the address of a standby. */
		FOREIGN,

		/** The JVM of the client stands still. */
		STALL,

		/** The time of day jumps. */
		CLOCK_JUMP,

		/** A standby stops replaying. */
		PAUSE_REPLAY,

		/** The operator of the application takes a node out of use. */
		MAINTENANCE,

		/** The operator of the application takes the primary out of use. */
		MAINTENANCE_PRIMARY,

		/** A probe of the primary is never answered, though other connections are. */
		HANG_PROBE,

		/** The operator of the application pins writes to a node. */
		PIN,

		/** The operator of the application asks for probes. */
		PROBE_NOW

	}

}
