package io.nexs.postgres.routing;

import java.sql.SQLException;

/**
 * Decides what becomes of a write that wants to begin while no primary is known. The seam
 * for failover; a write that finds a primary does not come here. Implementations are
 * thread-safe.
 */
@FunctionalInterface
public interface WriteGate {

	/**
	 * A write found no primary and wants to wait.
	 * @return its wait, which it ends with {@link Waiting#leave()} in any case
	 * @throws SQLException if it should not wait
	 */
	Waiting enter() throws SQLException;

	/**
	 * The wait of one write. It belongs to the thread of the write. The time for which
	 * there is no primary is limited by the gate, the time for a connection to one by the
	 * acquire time.
	 */
	interface Waiting {

		/**
		 * Waits for a primary. May be called again when the primary is lost before the
		 * write has a connection to it; the limit is one for all calls.
		 * @throws SQLException if the write should give up; a limit has to end in it
		 */
		void awaitPrimary() throws SQLException;

		/**
		 * The write has its connection.
		 */
		default void served() {
		}

		/**
		 * The wait is over, whatever came of it.
		 */
		default void leave() {
		}

	}

}
