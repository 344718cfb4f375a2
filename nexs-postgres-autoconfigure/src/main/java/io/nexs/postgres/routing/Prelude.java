package io.nexs.postgres.routing;

import java.sql.Connection;

import org.jspecify.annotations.Nullable;

/**
 * Text that has to be in force before the first statement of a transaction. It is sent
 * inside the transaction, together with BEGIN. Implementations are thread-safe.
 */
@FunctionalInterface
public interface Prelude {

	/**
	 * The isolation level and nothing else. {@code SET TRANSACTION} ends with the
	 * transaction, so the pool has nothing to reset.
	 */
	Prelude ISOLATION = Prelude::isolation;

	/**
	 * Returns the text.
	 * @param isolation the JDBC isolation level asked for, or
	 * {@link Connection#TRANSACTION_NONE} when none was
	 * @return one SQL statement, several joined by {@link #join}, or {@code null} for
	 * none
	 */
	@Nullable String text(int isolation);

	/**
	 * Joins two texts; what is said first must be so for a reason, as
	 * {@code SET TRANSACTION} must precede every query. The line break ends a comment;
	 * behind the semicolon it would shift the positions in the server's error messages.
	 * @param first a statement, or several joined
	 * @param second a statement, or several joined
	 * @return one text
	 */
	static String join(String first, String second) {
		return first + "\n;" + second;
	}

	private static @Nullable String isolation(int isolation) {
		return switch (isolation) {
			case Connection.TRANSACTION_READ_UNCOMMITTED -> "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED";
			case Connection.TRANSACTION_READ_COMMITTED -> "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";
			case Connection.TRANSACTION_REPEATABLE_READ -> "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";
			case Connection.TRANSACTION_SERIALIZABLE -> "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE";
			default -> null;
		};
	}

}
