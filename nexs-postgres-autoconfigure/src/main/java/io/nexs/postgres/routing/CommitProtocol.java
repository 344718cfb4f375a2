package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * How COMMIT is said. The seam for resolving the outcome of a lost one. Implementations
 * are thread-safe.
 */
@FunctionalInterface
public interface CommitProtocol {

	/**
	 * COMMIT and nothing else.
	 */
	CommitProtocol PLAIN = (connection, route) -> connection.commit();

	/**
	 * Commits the transaction that is open on a connection.
	 * @param connection the pooled connection, in a transaction that executed a statement
	 * @param route where the transaction began
	 * @throws SQLException if COMMIT failed or its outcome is unknown
	 */
	void commit(Connection connection, Route route) throws SQLException;

}
