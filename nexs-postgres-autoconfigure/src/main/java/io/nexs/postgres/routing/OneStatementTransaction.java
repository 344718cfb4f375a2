package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;

import io.nexs.postgres.sqlstate.SqlStates;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs statements of the autocommit mode in a transaction each, so that a commit protocol
 * can say their COMMIT, and a time limit does not cover it. What the server refuses to do
 * in a transaction is left to it. Not thread-safe, like the handle.
 */
final class OneStatementTransaction {

	private static final Logger logger = LoggerFactory.getLogger(OneStatementTransaction.class);

	private final RoutingListener listener;

	private final CommitProtocol commit;

	/** Whether COMMIT was not sent yet, or was refused. */
	private boolean open;

	OneStatementTransaction(RoutingListener listener, CommitProtocol commit) {
		this.listener = listener;
		this.commit = commit;
	}

	/**
	 * Whether what failed last did so before COMMIT was sent.
	 */
	boolean isOpen() {
		return this.open;
	}

	/**
	 * What comes next runs without a transaction.
	 */
	void forget() {
		this.open = false;
	}

	/**
	 * Runs one statement.
	 * @param again says it once more; {@code null} if that cannot be done
	 */
	<R extends @Nullable Object> R run(Lease lease, SqlFunction<Lease, R> statement,
			@Nullable SqlFunction<Lease, R> again) throws SQLException {
		try {
			return runInTransaction(lease, statement, System.nanoTime());
		}
		catch (SQLException ex) {
			if (again == null || !isRefusedInTransaction(ex)) {
				throw ex;
			}
		}
		WorkTrace.sent();
		R result = again.apply(lease);
		this.commit.acknowledged(lease);
		return result;
	}

	/**
	 * Begins the transaction of a statement that takes several calls.
	 * @return when that was
	 */
	long begin(Lease lease) throws SQLException {
		lease.connection().setAutoCommit(false);
		this.open = true;
		return System.nanoTime();
	}

	/**
	 * Commits what {@link #begin(Lease)} began.
	 */
	void commit(Lease lease, long began) throws SQLException {
		runInTransaction(lease, (done) -> done, began);
	}

	/**
	 * Rolls back what {@link #begin(Lease)} began.
	 */
	void rollBack(Lease lease, long began) {
		end(lease);
		this.listener.ended(lease.route(), TransactionOutcome.ROLLED_BACK, System.nanoTime() - began);
	}

	private <R extends @Nullable Object> R runInTransaction(Lease lease, SqlFunction<Lease, R> statement, long began)
			throws SQLException {
		lease.connection().setAutoCommit(false);
		this.open = true;
		TransactionOutcome outcome = TransactionOutcome.ROLLED_BACK;
		try {
			R result = statement.apply(lease);
			this.open = false;
			outcome = TransactionOutcome.FAILED;
			WorkTrace.sent();
			this.commit.commit(lease);
			outcome = TransactionOutcome.COMMITTED;
			return result;
		}
		catch (SQLException ex) {
			if (!this.open) {
				WorkTrace.commitFailed(ex);
				outcome = TransactionOutcome.of(ex);
			}
			throw ex;
		}
		finally {
			end(lease);
			this.listener.ended(lease.route(), outcome, System.nanoTime() - began);
		}
	}

	/**
	 * A statement that begins a transaction for those after it does nothing within one,
	 * and the server warns of that.
	 * @throws SQLException like that of the server for what it does not do within a
	 * transaction
	 */
	static void checkNotBegun(Lease lease, @Nullable SQLWarning warnings) throws SQLException {
		for (SQLWarning warning = warnings; warning != null; warning = warning.getNextWarning()) {
			if (SqlStates.ACTIVE_SQL_TRANSACTION.equals(warning.getSQLState()) && !lease.isIdle()) {
				throw new SQLException(warning.getMessage(), SqlStates.ACTIVE_SQL_TRANSACTION, warning);
			}
		}
	}

	/**
	 * VACUUM, for example, or a procedure that commits by itself. Nothing was done then.
	 */
	private boolean isRefusedInTransaction(SQLException failure) {
		boolean refused = SqlStates.ACTIVE_SQL_TRANSACTION.equals(failure.getSQLState())
				|| SqlStates.INVALID_TRANSACTION_TERMINATION.equals(failure.getSQLState());
		boolean again = this.open && refused;
		this.open &= !again;
		return again;
	}

	/**
	 * Back to the autocommit mode, in which no transaction is open.
	 */
	private static void end(Lease lease) {
		if (lease.isLost()) {
			return;
		}
		Connection connection = lease.connection();
		try {
			if (!lease.isIdle()) {
				connection.rollback();
			}
			connection.setAutoCommit(true);
		}
		catch (SQLException ex) {
			logger.debug("A connection to {} is closed after a failed COMMIT: {}", lease.target(), ex.getMessage());
			lease.target().pool().evict(connection);
			lease.markLost();
		}
	}

}
