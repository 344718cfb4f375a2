package io.nexs.postgres.cluster;

import org.jspecify.annotations.Nullable;

/**
 * What a server answers to one probe.
 *
 * @param inRecovery whether it is a standby
 * @param timeline its timeline when it is writable; 0 on a standby
 * @param lsn the flushed position of a writable server, the replayed one of a standby
 * @param receivedLsn the position a standby has received; {@code null} when it streams
 * nothing
 * @param replayAgeMillis age of the last transaction a standby has replayed; -1 when
 * there is none
 * @param receivedTimeline the timeline a standby receives; 0 when that cannot be read
 * @param identity which server it is
 */
record ServerReport(boolean inRecovery, int timeline, @Nullable Lsn lsn, @Nullable Lsn receivedLsn,
		long replayAgeMillis, int receivedTimeline, NodeIdentity identity) {

}
