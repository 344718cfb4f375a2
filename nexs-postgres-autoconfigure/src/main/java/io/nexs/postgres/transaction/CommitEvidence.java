package io.nexs.postgres.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLWarning;
import java.sql.Statement;

import io.nexs.postgres.routing.OpenTransaction;
import io.nexs.postgres.sqlstate.FailureKind;
import io.nexs.postgres.sqlstate.SqlStateClassifier;
import io.nexs.postgres.sqlstate.SqlStates;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an exception, a warning or a term says about a COMMIT.
 */
final class CommitEvidence {

	private static final Logger logger = LoggerFactory.getLogger(CommitEvidence.class);

	private static final String SUCCESS = "00000";

	/**
	 * The server's function that waits for synchronous replication. If that wait is
	 * canceled, COMMIT returns with a warning of this origin. Source: syncrep.c.
	 */
	private static final String SYNC_WAIT = "SyncRepWaitForLSN";

	private CommitEvidence() {
	}

	/**
	 * Whether the answer to COMMIT was lost with the connection.
	 */
	static boolean isLost(SQLException failure) {
		return SqlStateClassifier.classify(failure) == FailureKind.CONNECTION_LOST;
	}

	/**
	 * Whether the driver found the connection closed before it sent anything.
	 */
	static boolean isUnsent(SQLException failure) {
		return SqlStates.CONNECTION_DOES_NOT_EXIST.equals(failure.getSQLState());
	}

	/**
	 * Whether any warning is there; notices are none.
	 */
	static boolean hasWarning(@Nullable SQLWarning first) {
		for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
			if (!SUCCESS.equals(warning.getSQLState())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * The last of the warnings of a connection, behind which those of COMMIT are added.
	 */
	static @Nullable SQLWarning last(Connection connection) throws SQLException {
		SQLWarning last = connection.getWarnings();
		while (last != null && last.getNextWarning() != null) {
			last = last.getNextWarning();
		}
		return last;
	}

	/**
	 * Whether COMMIT did not wait for synchronous replication to its end.
	 */
	static boolean isWaitCanceled(@Nullable SQLWarning first) {
		for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
			ServerErrorMessage message = (warning instanceof PSQLWarning server) ? server.getServerErrorMessage()
					: null;
			if (message != null && SYNC_WAIT.equals(message.getRoutine())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Says a text that ends with COMMIT. The driver then knows that nothing is open.
	 * @return the warnings that came with it
	 */
	static @Nullable SQLWarning execute(OpenTransaction transaction, String text) throws SQLException {
		try (Statement statement = transaction.connection().createStatement()) {
			statement.execute(text);
			return statement.getWarnings();
		}
	}

	/**
	 * Tells the pool that nothing is open. The driver knows, and sends nothing.
	 */
	static void endInDriver(Connection connection) {
		try {
			connection.commit();
		}
		catch (SQLException ex) {
			logger.debug("The connection was closed after COMMIT: {}", ex.getMessage());
		}
	}

	/**
	 * What the driver knows of the transaction, without asking the server.
	 */
	static TransactionState state(Connection connection) throws SQLException {
		return connection.unwrap(BaseConnection.class).getTransactionState();
	}

	static SQLTransactionRollbackException rolledBack(OpenTransaction transaction, String why,
			@Nullable Throwable cause) {
		return new SQLTransactionRollbackException(
				"The transaction on " + Routes.describe(transaction.route()) + " is rolled back: " + why,
				SqlStates.TRANSACTION_ROLLBACK, cause);
	}

}
