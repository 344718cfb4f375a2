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
	 * Executes behind other statements, in one round trip, and steps over the results of
	 * those.
	 * @param statement the statement; one that was prepared has all texts already
	 * @param first the other statements
	 */
	default R executeBehind(S statement, Preface first) throws SQLException {
		throw new UnsupportedOperationException();
	}

}
