package io.nexs.postgres.starter.frameworks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

/**
 * Tests of one connection that is held over several transactions.
 */
abstract class OneHandle extends FrameworkTests {

	static final String PORT = "select inet_server_port()";

	@Override
	Class<?> application() {
		return JdbcTests.Application.class;
	}

	final Connection open() throws SQLException {
		return bean(DataSource.class).getConnection();
	}

	/**
	 * As Spring does it: the flag first, then autocommit off.
	 */
	static void begin(Connection connection, boolean readOnly) throws SQLException {
		connection.setReadOnly(readOnly);
		connection.setAutoCommit(false);
	}

	/**
	 * As Spring does it: autocommit on, then the flag taken back.
	 */
	static void commit(Connection connection) throws SQLException {
		connection.commit();
		connection.setAutoCommit(true);
		connection.setReadOnly(false);
	}

	final String server(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(PORT)) {
			row.next();
			return role(row.getInt(1));
		}
	}

}
