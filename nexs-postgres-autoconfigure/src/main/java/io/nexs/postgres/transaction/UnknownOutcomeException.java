package io.nexs.postgres.transaction;

import java.sql.SQLNonTransientConnectionException;

import io.nexs.postgres.routing.OpenTransaction;
import io.nexs.postgres.sqlstate.SqlStates;
import org.jspecify.annotations.Nullable;

/**
 * COMMIT was sent, and it is not known whether the transaction is committed. Never
 * repeated by this library; whoever repeats it may do the work twice. The SQLSTATE is
 * 08007, which Spring does not take for a transient failure.
 */
@SuppressWarnings("serial")
public final class UnknownOutcomeException extends SQLNonTransientConnectionException {

	UnknownOutcomeException(OpenTransaction transaction, String why, @Nullable Throwable cause) {
		super("The outcome of COMMIT on " + Routes.describe(transaction.route()) + " is unknown: " + why
				+ ". The transaction may be committed or rolled back", SqlStates.TRANSACTION_RESOLUTION_UNKNOWN, cause);
	}

}
