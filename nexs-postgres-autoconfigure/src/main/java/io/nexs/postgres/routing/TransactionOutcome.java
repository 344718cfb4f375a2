package io.nexs.postgres.routing;

import java.sql.SQLException;
import java.util.Locale;

import io.nexs.postgres.sqlstate.SqlStates;

/**
 * How a transaction ended, as the client knows it.
 */
public enum TransactionOutcome {

	/**
	 * COMMIT returned.
	 */
	COMMITTED,

	/**
	 * ROLLBACK returned, the connection was lost before COMMIT was sent, or a lost COMMIT
	 * is known to have had no effect.
	 */
	ROLLED_BACK,

	/**
	 * COMMIT failed.
	 */
	FAILED,

	/**
	 * COMMIT was lost, and it is not known whether it took effect.
	 */
	UNKNOWN;

	private final String tag = name().toLowerCase(Locale.ROOT).replace('_', '-');

	/**
	 * What a failure of COMMIT says of the outcome.
	 */
	static TransactionOutcome of(SQLException failure) {
		String state = failure.getSQLState();
		if (SqlStates.TRANSACTION_RESOLUTION_UNKNOWN.equals(state)) {
			return UNKNOWN;
		}
		return SqlStates.TRANSACTION_ROLLBACK.equals(state) ? ROLLED_BACK : FAILED;
	}

	/**
	 * The outcome as it appears in meters.
	 * @return for example {@code rolled-back}
	 */
	public String tag() {
		return this.tag;
	}

}
