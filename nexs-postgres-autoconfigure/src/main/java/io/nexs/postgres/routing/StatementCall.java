package io.nexs.postgres.routing;

import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

/**
 * One way to execute a statement.
 *
 * @param <S> the JDBC type
 * @param <R> what comes back
 */
@FunctionalInterface
interface StatementCall<S extends Statement, R extends @Nullable Object> {

	/**
	 * Executes.
	 */
	R execute(S statement) throws SQLException;

	/**
	 * Whether it can be executed in one text behind another statement.
	 */
	default boolean mayFollow() {
		return false;
	}

	/**
	 * Executes behind another statement, in one round trip, and steps over the result of
	 * that one.
	 * @param statement the statement; one that was prepared has both texts already
	 * @param first the other statement
	 */
	default R executeBehind(S statement, String first) throws SQLException {
		throw new UnsupportedOperationException();
	}

}
