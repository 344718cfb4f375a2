package io.nexs.postgres.cluster;

/**
 * What it means that the time of a probe has passed without an answer: no failure when
 * this process stood still for most of it, and none when the node answered others. Pure.
 */
enum Unanswered {

	/**
	 * A failed probe.
	 */
	FAILURE,

	/**
	 * The node answers traffic.
	 */
	EXCUSED,

	/**
	 * Nothing; ask again.
	 */
	UNKNOWN;

	static Unanswered of(Silence silence, NodeRole role, MonitorSettings settings) {
		long lateAfter = settings.lateAfter().toNanos();
		if (silence.now - silence.asked - silence.stalled < lateAfter) {
			return UNKNOWN;
		}
		boolean answers = silence.answered - silence.asked > 0
				&& silence.now - silence.answered - silence.stalled <= lateAfter;
		// The lag of a replica is known by its probes only
		boolean enough = role == NodeRole.PRIMARY || silence.now - silence.probed <= settings.lostAfter().toNanos();
		return (answers && enough) ? EXCUSED : FAILURE;
	}

	/**
	 * The time that has passed. Moments are on the scale of {@link System#nanoTime()}.
	 *
	 * @param now the present
	 * @param asked when the probe was sent
	 * @param stalled for how many nanoseconds since then this process stood still
	 * @param answered when the node last answered on any connection
	 * @param probed when a probe was last answered
	 */
	record Silence(long now, long asked, long stalled, long answered, long probed) {

	}

}
