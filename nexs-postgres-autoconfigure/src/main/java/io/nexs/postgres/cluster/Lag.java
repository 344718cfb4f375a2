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
		long bytes = Math.max(0, newest.bytesAhead(replayed));
		long millis = wal.nanosSincePassed(replayed, nanoTime) / 1_000_000;
		if (wal.startsAfter(replayed)) {
			millis = Math.max(millis, report.replayAgeMillis());
		}
		return new Lag(bytes, millis, bytes > settings.maxLagBytes() && millis > settings.maxLag().toMillis());
	}

}
