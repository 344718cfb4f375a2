package io.nexs.postgres.routing;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * A call of JDBC with a result.
 *
 * @param <A> what it is called on
 * @param <R> the result
 */
@FunctionalInterface
interface SqlFunction<A, R extends @Nullable Object> {

	R apply(A argument) throws SQLException;

}
