package io.nexs.postgres.error;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;

import io.nexs.postgres.sqlstate.SqlStateClassifier;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * All fields of the error message of the server, by the <a href=
 * "https://www.postgresql.org/docs/current/protocol-error-fields.html">PostgreSQL
 * manual</a>. A field the server did not send is {@code null}. Where the failure did not
 * come from the server (a lost connection, no node) there are SQLSTATE and message only.
 * <p>
 * Message, detail, where and the internal query may contain values of the statement, as
 * in {@code Key (email)=(a@b.c) already exists.} They have accessors, and are not in
 * {@link #toString()}.
 *
 * @param severity for example {@code ERROR}, in the language of the server
 * @param sqlState five characters
 * @param message what happened
 * @param detail more about it, may contain values
 * @param hint what to do
 * @param position place in the statement counted from 1, 0 for none
 * @param internalPosition place in the internal query counted from 1, 0 for none
 * @param internalQuery the statement of a function that failed
 * @param where the functions it happened in
 * @param schema the schema
 * @param table the table
 * @param column the column
 * @param datatype the data type
 * @param constraint the constraint
 * @param file the source file of the server
 * @param line the line in the source file, 0 for none
 * @param routine the routine in the source file
 */
public record PgErrorDetails(@Nullable String severity, String sqlState, @Nullable String message,
		@Nullable String detail, @Nullable String hint, int position, int internalPosition,
		@Nullable String internalQuery, @Nullable String where, @Nullable String schema, @Nullable String table,
		@Nullable String column, @Nullable String datatype, @Nullable String constraint, @Nullable String file,
		int line, @Nullable String routine) {

	private static final int MAX_CHAIN = 64;

	/**
	 * The details of a failure: those of the first message of the server in it, in its
	 * causes and in the exceptions that come after them; else the first SQLSTATE there.
	 * @param failure of Spring, Hibernate, jOOQ, JDBC or any other, may be {@code null};
	 * chains may have cycles
	 * @return the details; empty if there is no SQLSTATE
	 */
	public static Optional<PgErrorDetails> of(@Nullable Throwable failure) {
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		Deque<Throwable> next = new ArrayDeque<>();
		add(next, failure);
		SQLException plain = null;
		while (!next.isEmpty() && seen.size() < MAX_CHAIN) {
			Throwable current = next.remove();
			if (!seen.add(current)) {
				continue;
			}
			if (current instanceof PSQLException ex && ex.getServerErrorMessage() != null) {
				return Optional.of(of(ex.getServerErrorMessage()));
			}
			if (current instanceof SQLException ex) {
				plain = (plain == null && hasState(ex)) ? ex : plain;
				add(next, ex.getNextException());
			}
			add(next, current.getCause());
		}
		return Optional.ofNullable(plain).map(PgErrorDetails::ofPlain);
	}

	private static void add(Deque<Throwable> next, @Nullable Throwable failure) {
		if (failure != null) {
			next.add(failure);
		}
	}

	private static boolean hasState(SQLException failure) {
		return failure.getSQLState() != null && !failure.getSQLState().isEmpty();
	}

	private static PgErrorDetails of(ServerErrorMessage message) {
		String state = message.getSQLState();
		return new PgErrorDetails(message.getSeverity(), (state != null) ? state : "", message.getMessage(),
				message.getDetail(), message.getHint(), message.getPosition(), message.getInternalPosition(),
				message.getInternalQuery(), message.getWhere(), message.getSchema(), message.getTable(),
				message.getColumn(), message.getDatatype(), message.getConstraint(), message.getFile(),
				message.getLine(), message.getRoutine());
	}

	private static PgErrorDetails ofPlain(SQLException failure) {
		return new PgErrorDetails(null, failure.getSQLState(), failure.getMessage(), null, null, 0, 0, null, null, null,
				null, null, null, null, null, 0, null);
	}

	/**
	 * Whether the connection is gone or its session has been ended.
	 * @return {@code true} for class 08, 57P01 to 57P05, 25P03 and 25P04
	 */
	public boolean isConnectionError() {
		return SqlStateClassifier.endsSession(this.sqlState);
	}

	/**
	 * Whether the same transaction may succeed when run again from its beginning. A lost
	 * connection is not among these, because its commit may have taken effect.
	 * @return {@code true} for 40001, 40P01 and 55P03
	 */
	public boolean isRetryable() {
		return SqlStateClassifier.isRetryable(this.sqlState);
	}

	/**
	 * Whether an integrity constraint is violated.
	 * @return {@code true} for class 23
	 */
	public boolean isConstraintViolation() {
		return SqlStateClassifier.isConstraintViolation(new SQLException(null, this.sqlState));
	}

	/**
	 * Severity, SQLSTATE and names of objects, and nothing that may contain a value.
	 */
	@Override
	public String toString() {
		return "PgErrorDetails[severity=" + this.severity + ", sqlState=" + this.sqlState + ", schema=" + this.schema
				+ ", table=" + this.table + ", column=" + this.column + ", datatype=" + this.datatype + ", constraint="
				+ this.constraint + ", routine=" + this.routine + "]";
	}

}
