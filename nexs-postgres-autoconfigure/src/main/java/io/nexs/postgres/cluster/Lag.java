package io.nexs.postgres.cluster;

/**
 * How far a replica is behind.
 *
 * @param bytes bytes of WAL not replayed; -1 when unknown
 * @param millis for how long the oldest of them has existed; -1 when unknown
 * @param excessive whether both limits are exceeded
 */
record Lag(long bytes, long millis, boolean excessive) {

	static final Lag UNKNOWN = new Lag(-1, -1, false);

	static final Lag NONE = new Lag(0, 0, false);

	/**
	 * Estimate the lag of a replica from its last answer.
	 * @param report the answer
	 * @param wal the primary's positions
	 * @param nanoTime the present
	 * @param settings the limits
	 * @return the lag, unknown when no position of a primary is known
	 */
	static Lag of(ServerReport report, WalClock wal, long nanoTime, MonitorSettings settings) {
		Lsn newest = wal.newest();
		Lsn replayed = report.lsn();
		if (newest == null || replayed == null) {
			return UNKNOWN;
		}
		long behind = Math.max(0, newest.bytesAhead(replayed));
		long since = wal.nanosSincePassed(replayed, nanoTime) / 1_000_000;
		if (wal.startsAfter(replayed)) {
			since = Math.max(since, report.replayAgeMillis());
		}
		return new Lag(behind, since, behind > settings.maxLagBytes() && since > settings.maxLag().toMillis());
	}

	boolean isUnknown() {
		return this.bytes < 0;
	}

}
