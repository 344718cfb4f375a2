package io.nexs.postgres.routing;

import java.sql.SQLException;

/**
 * Decides what becomes of a write that wants to begin while no primary is known. The seam
 * for failover. Implementations are thread-safe.
 */
@FunctionalInterface
public interface WriteGate {

	/**
	 * Called when there is no primary. Returns when it is worth looking again.
	 * @param deadlineNanos end of the caller's budget, in the time of
	 * {@link System#nanoTime()}
	 * @throws SQLException if the write should give up
	 */
	void awaitPrimary(long deadlineNanos) throws SQLException;

}
