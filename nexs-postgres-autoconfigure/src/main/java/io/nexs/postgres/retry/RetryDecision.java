package io.nexs.postgres.retry;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

import io.nexs.postgres.routing.NoNodeException;
import io.nexs.postgres.sqlstate.SqlStateClassifier;
import io.nexs.postgres.sqlstate.SqlStates;
import org.jspecify.annotations.Nullable;

/**
 * Tells from a failure why the transaction may be run again, by SQLSTATE. The proof that
 * nothing was committed is not here but in the trace of the attempt.
 */
final class RetryDecision {

	private static final int MAX_CHAIN = 64;

	private RetryDecision() {
	}

	/**
	 * The cause in a failure.
	 * @param failure what the attempt ended with
	 * @param lost whether a transaction of the attempt was rolled back because its
	 * connection or its primary was lost
	 * @param locks whether 55P03 counts
	 * @return the cause, {@code null} if there is none to run again
	 */
	static @Nullable RetryCause of(Throwable failure, boolean lost, boolean locks) {
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		Deque<Throwable> next = new ArrayDeque<>();
		next.add(failure);
		while (!next.isEmpty() && seen.size() < MAX_CHAIN) {
			Throwable current = next.remove();
			if (!seen.add(current)) {
				continue;
			}
			if (current instanceof SQLException ex && saysWhy(ex)) {
				return (ex instanceof NoNodeException) ? null : of(ex.getSQLState(), lost, locks);
			}
			if (current instanceof SQLException ex && ex.getNextException() != null) {
				next.add(ex.getNextException());
			}
			if (current.getCause() != null) {
				next.add(current.getCause());
			}
		}
		return null;
	}

	/**
	 * 25P02 only says that an earlier failure aborted the transaction; the driver has
	 * that one as the cause.
	 */
	private static boolean saysWhy(SQLException failure) {
		String state = failure.getSQLState();
		return state != null && !state.isEmpty() && !SqlStates.IN_FAILED_SQL_TRANSACTION.equals(state);
	}

	private static @Nullable RetryCause of(String state, boolean lost, boolean locks) {
		return switch (state) {
			case SqlStates.SERIALIZATION_FAILURE -> RetryCause.SERIALIZATION;
			case SqlStates.DEADLOCK_DETECTED -> RetryCause.DEADLOCK;
			case SqlStates.TRANSACTION_ROLLBACK -> RetryCause.ROLLED_BACK;
			case SqlStates.LOCK_NOT_AVAILABLE -> locks ? RetryCause.LOCK : null;
			case SqlStates.READ_ONLY_SQL_TRANSACTION -> lost ? RetryCause.WRONG_NODE : null;
			case SqlStates.TRANSACTION_RESOLUTION_UNKNOWN -> null;
			default -> (lost && SqlStateClassifier.endsSession(state)) ? RetryCause.CONNECTION_LOST : null;
		};
	}

}
