package io.nexs.postgres.pool;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;

/**
 * What one idle connection of a pool has prepared on its server, as
 * {@code pg_prepared_statements} says. A server tells a session of its own statements
 * only, so this is one connection of many. Holds no text of a statement. Immutable.
 *
 * @param statements statements prepared by the driver
 * @param fromSql statements prepared by {@code PREPARE}
 * @param genericPlans executions with the plan that serves all parameters
 * @param customPlans executions that were planned for their parameters
 */
public record StatementSample(int statements, int fromSql, long genericPlans, long customPlans) {

	private static final String QUERY = """
			select count(*) filter (where not from_sql), count(*) filter (where from_sql),
			  coalesce(sum(generic_plans), 0), coalesce(sum(custom_plans), 0)
			from pg_prepared_statements
			""";

	private static final long WAIT_MILLIS = 250;

	private static final int ANSWER_MILLIS = 2000;

	/**
	 * Asks an idle connection: one round trip, for which there are two seconds. A
	 * connection without an answer is closed.
	 * @param pool whose connection
	 * @return what it said
	 * @throws SQLTransientConnectionException if none is idle
	 * @throws SQLException if it did not answer
	 */
	public static StatementSample of(NodePool pool) throws SQLException {
		if (pool.snapshot().idle() == 0) {
			throw new SQLTransientConnectionException("No connection to " + pool.node().id() + " is idle", "08001");
		}
		Connection connection = pool.borrow(WAIT_MILLIS);
		try {
			// HikariCP takes it back
			connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
			StatementSample sample = ask(connection);
			if (!connection.getAutoCommit()) {
				connection.rollback();
			}
			return sample;
		}
		finally {
			pool.giveBack(connection);
		}
	}

	private static StatementSample ask(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(QUERY)) {
			row.next();
			return new StatementSample(row.getInt(1), row.getInt(2), row.getLong(3), row.getLong(4));
		}
	}

}
