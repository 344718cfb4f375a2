package io.nexs.postgres.routing;

import java.sql.SQLException;
import java.sql.Statement;

import org.postgresql.PGStatement;

/**
 * Executes batches. Up to pgjdbc 42.7.12 a batch whose connection dies ends in an
 * {@link AssertionError} instead of an exception, which neither HikariCP nor a caller
 * takes for a lost connection.
 */
final class BatchCall {

	private BatchCall() {
	}

	static int[] execute(Statement statement) throws SQLException {
		try {
			return statement.executeBatch();
		}
		catch (AssertionError ex) {
			throw lost(statement, ex);
		}
	}

	static long[] executeLarge(Statement statement) throws SQLException {
		try {
			return statement.executeLargeBatch();
		}
		catch (AssertionError ex) {
			throw lost(statement, ex);
		}
	}

	private static SQLException lost(Statement statement, AssertionError error) throws SQLException {
		Statement physical = (Statement) statement.unwrap(PGStatement.class);
		if (!physical.getConnection().isClosed()) {
			throw error;
		}
		return new SQLException("The connection was lost while a batch was executed", "08006", error);
	}

}
