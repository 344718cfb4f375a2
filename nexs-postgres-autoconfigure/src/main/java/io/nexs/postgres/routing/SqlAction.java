package io.nexs.postgres.routing;

import java.sql.SQLException;

/**
 * A call of JDBC without a result, kept to be said again on another connection.
 *
 * @param <A> what it is called on
 */
@FunctionalInterface
interface SqlAction<A> {

	void accept(A argument) throws SQLException;

}
