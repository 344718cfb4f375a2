package io.nexs.postgres.limits;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.sqlstate.SqlStates;
import org.jspecify.annotations.Nullable;

/**
 * A statement took longer than its limit and was ended. The SQLSTATE is 57014; Spring
 * translates it to {@code QueryTimeoutException}. What the driver threw is the cause.
 */
@SuppressWarnings("serial")
public final class QueryLimitException extends SQLTimeoutException {

	private final LimitKind kind;

	/**
	 * Creates the exception.
	 * @param kind kind of the limit
	 * @param nanos the limit in nanoseconds
	 * @param node id of the node
	 * @param what what became of it
	 * @param cause what the driver threw; {@code null} if it threw nothing
	 */
	public QueryLimitException(LimitKind kind, long nanos, String node, String what, @Nullable SQLException cause) {
		super("The time limit '" + kind.tag() + "' of " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms was exceeded on "
				+ node + ": " + what, SqlStates.QUERY_CANCELED, cause);
		this.kind = kind;
	}

	/**
	 * The kind of the limit.
	 * @return the kind
	 */
	public LimitKind kind() {
		return this.kind;
	}

}
