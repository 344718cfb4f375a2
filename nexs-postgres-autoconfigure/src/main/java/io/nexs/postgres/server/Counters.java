package io.nexs.postgres.server;

import java.time.Instant;

/**
 * Makes of the counters of servers what is to be told of a node. The servers reset theirs
 * (a crash, {@code pg_stat_reset}), and another server may answer at the address, with a
 * history of its own: the first reading after a start of a server counts for nothing, and
 * after a reset counts what came since. One thread feeds it, any may read
 * {@link #deadlocks()}.
 */
final class Counters {

	private Instant server = Instant.MIN;

	private long deadlocksBefore;

	private double hitsBefore;

	private double readsBefore;

	private double ratio = Double.NaN;

	private volatile long deadlocks;

	/**
	 * Takes a reading.
	 */
	void next(Reading reading) {
		next(reading.startedAt(), reading.deadlocks(), reading.hits(), reading.reads());
	}

	void next(Instant startedAt, long deadlocksNow, double hits, double reads) {
		boolean same = startedAt.equals(this.server);
		if (same) {
			this.deadlocks = this.deadlocks + since(deadlocksNow, this.deadlocksBefore);
		}
		boolean comparable = same && hits >= this.hitsBefore && reads >= this.readsBefore;
		double hitsSince = comparable ? hits - this.hitsBefore : hits;
		double asked = hitsSince + (comparable ? reads - this.readsBefore : reads);
		if (asked > 0) {
			this.ratio = hitsSince / asked;
		}
		else if (!same) {
			this.ratio = Double.NaN;
		}
		this.server = startedAt;
		this.deadlocksBefore = deadlocksNow;
		this.hitsBefore = hits;
		this.readsBefore = reads;
	}

	private static long since(long now, long before) {
		return (now >= before) ? now - before : now;
	}

	/**
	 * Deadlocks seen since the beginning; never falls.
	 */
	long deadlocks() {
		return this.deadlocks;
	}

	/**
	 * Share of the blocks found in shared buffers, in the last interval in which any was
	 * asked for; in the first one, since the server began to count.
	 */
	double cacheHitRatio() {
		return this.ratio;
	}

}
