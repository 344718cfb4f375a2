package io.nexs.postgres.server;

import java.time.Duration;
import java.util.List;

/**
 * A session that waits for a lock. Immutable.
 *
 * @param pid process id of the session
 * @param waited how long
 * @param lock kind of the lock and its mode, such as {@code transactionid ShareLock}; not
 * what is locked
 * @param blockedBy process ids of the sessions that hold it or are before this one in the
 * queue, by {@code pg_blocking_pids}; 0 is a prepared transaction
 */
public record LockWait(int pid, Duration waited, String lock, List<Integer> blockedBy) {

	public LockWait {
		blockedBy = List.copyOf(blockedBy);
	}

}
