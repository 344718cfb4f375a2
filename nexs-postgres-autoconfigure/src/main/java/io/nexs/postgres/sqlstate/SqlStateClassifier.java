package io.nexs.postgres.sqlstate;

import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The one place that decides what a failure means, by its SQLSTATE alone and never by its
 * text. Static, without state, total: every failure has an answer.
 * <p>
 * A state is looked up as a whole first and by its class, the first two characters, then.
 * Sources: <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">
 * appendix A of the PostgreSQL manual</a> (A), <a href=
 * "https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-CONFLICT">its
 * chapter on recovery conflicts</a> (R), and {@code org.postgresql.util.PSQLState} of
 * pgjdbc (J).
 */
public final class SqlStateClassifier {

	private static final String NONE = "none";

	private static final String UNKNOWN_CLASS = "other";

	private static final int MAX_CHAIN = 64;

	/**
	 * What stands here differs from its class, or its class as a whole has no meaning.
	 */
	private static final Map<String, FailureKind> BY_STATE = Map.ofEntries(
			// A: read_only_sql_transaction, what a standby answers to a write
			Map.entry(SqlStates.READ_ONLY_SQL_TRANSACTION, FailureKind.WRONG_NODE),
			// A: the rest of class 25 is about the order of statements; these two are
			// FATAL, the server has closed the session
			Map.entry(SqlStates.IDLE_IN_TRANSACTION_SESSION_TIMEOUT, FailureKind.CONNECTION_LOST),
			Map.entry(SqlStates.TRANSACTION_TIMEOUT, FailureKind.CONNECTION_LOST),
			// A: invalid_catalog_name, the answer to a log-in to a missing database
			Map.entry(SqlStates.INVALID_CATALOG_NAME, FailureKind.CREDENTIALS),
			// A: statement_completion_unknown is in class 40, but proves no rollback
			Map.entry(SqlStates.STATEMENT_COMPLETION_UNKNOWN, FailureKind.OTHER),
			// A: lock_not_available, NOWAIT or lock_timeout
			Map.entry(SqlStates.LOCK_NOT_AVAILABLE, FailureKind.LOCK_NOT_AVAILABLE),
			// A: query_canceled, statement_timeout or pg_cancel_backend
			Map.entry(SqlStates.QUERY_CANCELED, FailureKind.CANCELED),
			// A, R: admin_shutdown, also pg_terminate_backend and a standby in conflict
			Map.entry(SqlStates.ADMIN_SHUTDOWN, FailureKind.CONNECTION_LOST),
			// A: crash_shutdown, another server process died
			Map.entry(SqlStates.CRASH_SHUTDOWN, FailureKind.CONNECTION_LOST),
			// A: cannot_connect_now, starting up, shutting down or in recovery
			Map.entry(SqlStates.CANNOT_CONNECT_NOW, FailureKind.CONNECTION_LOST),
			// A, R: database_dropped, under a session of a standby
			Map.entry(SqlStates.DATABASE_DROPPED, FailureKind.CONNECTION_LOST),
			// A: idle_session_timeout
			Map.entry(SqlStates.IDLE_SESSION_TIMEOUT, FailureKind.CONNECTION_LOST));

	private static final Map<String, FailureKind> BY_CLASS = Map.ofEntries(
			// A: 08000 08001 08003 08004 08006 08007 08P01; J: 08S01. 08P01 counts:
			// driver and server have lost their place in the protocol
			Map.entry("08", FailureKind.CONNECTION_LOST),
			// A: integrity constraint violation
			Map.entry("23", FailureKind.CONSTRAINT),
			// A: invalid authorization specification
			Map.entry("28", FailureKind.CREDENTIALS),
			// A: transaction rollback; R: 40001 and 40P01 are conflicts with recovery too
			Map.entry("40", FailureKind.ROLLED_BACK),
			// A: insufficient resources
			Map.entry("53", FailureKind.RESOURCES),
			// A: system error, external to PostgreSQL
			Map.entry("58", FailureKind.RESOURCES));

	/**
	 * A: 40001 and 40P01 by the chapter on serialization failures, 55P03 by its nature.
	 */
	private static final Set<String> RETRYABLE = Set.of(SqlStates.SERIALIZATION_FAILURE, SqlStates.DEADLOCK_DETECTED,
			SqlStates.LOCK_NOT_AVAILABLE);

	/** A, all classes; J: 60 and 99. */
	private static final Set<String> CLASSES = Set.of("00", "01", "02", "03", "07", "08", "09", "0A", "0B", "0F", "0L",
			"0P", "0Z", "10", "20", "21", "22", "23", "24", "25", "26", "27", "28", "2B", "2D", "2F", "34", "38", "39",
			"3B", "3D", "3F", "40", "42", "44", "53", "54", "55", "57", "58", "60", "72", "99", "F0", "HV", "P0", "XX");

	private SqlStateClassifier() {
	}

	/**
	 * What the failure means, by the first SQLSTATE found in it, in what comes after it
	 * ({@link SQLException#getNextException()}) and in its causes.
	 * @param failure the failure, may be {@code null}
	 * @return the kind, {@link FailureKind#OTHER} when there is no SQLSTATE
	 */
	public static FailureKind classify(@Nullable Throwable failure) {
		return classify(sqlState(failure));
	}

	/**
	 * What a failure with this SQLSTATE means.
	 * @param sqlState five characters; anything else is {@link FailureKind#OTHER}
	 * @return the kind
	 */
	public static FailureKind classify(@Nullable String sqlState) {
		if (sqlState == null || sqlState.length() != 5) {
			return FailureKind.OTHER;
		}
		FailureKind kind = BY_STATE.get(sqlState);
		return (kind != null) ? kind : BY_CLASS.getOrDefault(sqlState.substring(0, 2), FailureKind.OTHER);
	}

	/**
	 * The first SQLSTATE of a failure: its own, else that of the exceptions that come
	 * after it, else that of its causes.
	 * @param failure the failure, may be {@code null}; chains may have cycles
	 * @return five characters, {@code null} when there is none
	 */
	public static @Nullable String sqlState(@Nullable Throwable failure) {
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		for (Throwable current = failure; current != null && seen.size() < MAX_CHAIN
				&& seen.add(current); current = current.getCause()) {
			for (SQLException next = (current instanceof SQLException ex) ? ex : null; next != null; next = next
				.getNextException()) {
				if (next.getSQLState() != null && !next.getSQLState().isEmpty()) {
					return next.getSQLState();
				}
				if (next != current && !(seen.size() < MAX_CHAIN && seen.add(next))) {
					break;
				}
			}
		}
		return null;
	}

	/**
	 * Whether the connection is gone or its session has been ended by the server: class
	 * 08, 57P01 to 57P05, 25P03 and 25P04.
	 * @param failure the failure
	 * @return {@code true} if the connection is of no further use
	 */
	public static boolean isConnectionLost(SQLException failure) {
		return classify(failure) == FailureKind.CONNECTION_LOST;
	}

	/**
	 * Whether the server closes, or has closed, the session with this SQLSTATE. A
	 * recovery conflict that ends a session with 40001 cannot be told by its state from
	 * one that does not; the next use of such a connection fails with 08006.
	 * @param sqlState five characters, may be {@code null}
	 * @return {@code true} if the session is over
	 */
	public static boolean endsSession(@Nullable String sqlState) {
		return classify(sqlState) == FailureKind.CONNECTION_LOST;
	}

	/**
	 * Whether the same transaction may succeed when run again from its beginning: 40001,
	 * 40P01 and 55P03. The transaction is not committed. A lost connection is not among
	 * them, because its commit may have taken effect.
	 * @param failure the failure, may be {@code null}
	 * @return {@code true} if it may be run again
	 */
	public static boolean isRetryable(@Nullable Throwable failure) {
		return isRetryable(sqlState(failure));
	}

	/**
	 * Whether the same transaction may succeed when run again, see
	 * {@link #isRetryable(Throwable)}.
	 * @param sqlState five characters, may be {@code null}
	 * @return {@code true} if it may be run again
	 */
	public static boolean isRetryable(@Nullable String sqlState) {
		return sqlState != null && RETRYABLE.contains(sqlState);
	}

	/**
	 * Whether the failure proves that the transaction was rolled back: class 40 without
	 * 40003.
	 * @param sqlState five characters, may be {@code null}
	 * @return {@code true} if it was rolled back
	 */
	public static boolean isRolledBack(@Nullable String sqlState) {
		return classify(sqlState) == FailureKind.ROLLED_BACK;
	}

	/**
	 * Whether an integrity constraint is violated: class 23.
	 * @param failure the failure, may be {@code null}
	 * @return {@code true} if a constraint is violated
	 */
	public static boolean isConstraintViolation(@Nullable Throwable failure) {
		return classify(failure) == FailureKind.CONSTRAINT;
	}

	/**
	 * Class of an SQLSTATE, as a value for a meter tag.
	 * @param sqlState five characters, may be {@code null}
	 * @return the first two characters; {@code none} for {@code null} and {@code other}
	 * for a class PostgreSQL does not define, so that the number of values is bounded
	 */
	public static String sqlStateClass(@Nullable String sqlState) {
		if (sqlState == null || sqlState.isEmpty()) {
			return NONE;
		}
		String sqlStateClass = sqlState.substring(0, Math.min(2, sqlState.length()));
		return CLASSES.contains(sqlStateClass) ? sqlStateClass : UNKNOWN_CLASS;
	}

}
