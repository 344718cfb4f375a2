package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * How a statement is prepared, so that it can be prepared again, also behind another one.
 *
 * @param sql its text
 * @param said what is sent for it
 * @param maker asks the connection for it
 */
record Preparation(String sql, StatementText said, Maker maker) implements SqlFunction<Connection, PreparedStatement> {

	@Override
	public PreparedStatement apply(Connection connection) throws SQLException {
		return this.maker.make(connection, this.said.of(this.sql));
	}

	/**
	 * Prepares it together with the statements in front.
	 */
	PreparedStatement behind(Connection connection, Preface first) throws SQLException {
		return this.maker.make(connection, first.join(this.said.of(this.sql)));
	}

	/**
	 * Asks a connection for a prepared statement.
	 */
	@FunctionalInterface
	interface Maker {

		PreparedStatement make(Connection connection, String sql) throws SQLException;

	}

}
