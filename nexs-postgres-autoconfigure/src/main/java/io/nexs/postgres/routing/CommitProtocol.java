package io.nexs.postgres.routing;

import java.sql.SQLException;

import io.nexs.postgres.sqlstate.SqlStates;

/**
 * How COMMIT is said, and what a lost one means. The seam for the outcome of commits.
 * Implementations are thread-safe.
 */
@FunctionalInterface
public interface CommitProtocol {

	/**
	 * COMMIT and nothing else; when it is lost, what the driver throws.
	 */
	CommitProtocol PLAIN = (transaction) -> transaction.connection().commit();

	/**
	 * Commits an open transaction. Returns when it is committed.
	 * @param transaction the transaction, in which a statement was executed
	 * @throws SQLException if COMMIT failed; with {@link SqlStates#TRANSACTION_ROLLBACK}
	 * if it was lost and the transaction is known to be rolled back, and with
	 * {@link SqlStates#TRANSACTION_RESOLUTION_UNKNOWN} if it was lost and nothing is
	 * known, in which case the handle throws it again at rollback
	 */
	void commit(OpenTransaction transaction) throws SQLException;

	/**
	 * Whether an update or a batch in autocommit mode is to run in a transaction of its
	 * own, which {@link #commit(OpenTransaction)} ends. Otherwise the server commits it
	 * by itself.
	 * @return {@code false} unless overridden
	 */
	default boolean coversAutoCommit() {
		return false;
	}

	/**
	 * Called when a statement returned that the server has committed by itself.
	 * @param statement the statement that ran in autocommit mode on the primary
	 * @throws SQLException if what it did may be lost
	 */
	default void acknowledged(OpenTransaction statement) throws SQLException {
	}

}
