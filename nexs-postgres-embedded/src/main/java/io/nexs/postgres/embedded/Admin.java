package io.nexs.postgres.embedded;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import org.postgresql.ds.PGSimpleDataSource;

/**
 * Superuser connections straight to one server.
 *
 * @param id the node's id
 * @param port the server's own port
 * @param database the database
 * @param username the superuser
 */
record Admin(String id, int port, String database, String username) {

	private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

	/**
	 * Open a connection.
	 * @param limit the longest time to wait for any answer, in whole seconds
	 * @return the connection
	 * @throws SQLException when the server does not answer
	 */
	Connection connect(Duration limit) throws SQLException {
		PGSimpleDataSource source = new PGSimpleDataSource();
		source.setServerNames(new String[] { "127.0.0.1" });
		source.setPortNumbers(new int[] { this.port });
		source.setDatabaseName(this.database);
		source.setUser(this.username);
		source.setApplicationName("nexs-embedded");
		source.setSslMode("disable");
		source.setGssEncMode("disable");
		source.setConnectTimeout((int) CONNECT_LIMIT.toSeconds());
		source.setSocketTimeout((int) limit.toSeconds());
		return source.getConnection();
	}

	/**
	 * Open a connection that waits without a limit once it is established.
	 * @return the connection
	 * @throws SQLException when the server does not answer
	 */
	Connection connect() throws SQLException {
		Connection connection = connect(CONNECT_LIMIT);
		try {
			connection.setNetworkTimeout(Runnable::run, 0);
			return connection;
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	/**
	 * Run a statement and return the first value of its first row.
	 * @param limit the longest time to wait
	 * @param sql the statement
	 * @return the value, or an empty string without a row
	 * @throws EmbeddedClusterException when it fails
	 */
	String query(Duration limit, String sql) {
		try (Connection connection = connect(limit);
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			String value = rows.next() ? rows.getString(1) : null;
			return (value != null) ? value : "";
		}
		catch (SQLException ex) {
			throw failed(ex);
		}
	}

	void execute(Duration limit, String sql) {
		try (Connection connection = connect(limit); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw failed(ex);
		}
	}

	/**
	 * Repeat a statement until it answers a value.
	 * @param limit the longest time to wait
	 * @param sql the statement
	 * @param expected the value
	 * @return whether it was the answer in time
	 */
	boolean await(Duration limit, String sql, String expected) {
		long deadline = System.nanoTime() + limit.toNanos();
		return Await.until(limit, () -> {
			try (Connection connection = connect(CONNECT_LIMIT); Statement statement = connection.createStatement()) {
				Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
				return Await.until(left, () -> answers(statement, sql, expected));
			}
			catch (SQLException | UncheckedSqlException ex) {
				// It may be starting or ending; a new connection tells.
				return false;
			}
		});
	}

	private static boolean answers(Statement statement, String sql, String expected) {
		try (ResultSet rows = statement.executeQuery(sql)) {
			return rows.next() && expected.equals(rows.getString(1));
		}
		catch (SQLException ex) {
			throw new UncheckedSqlException(ex);
		}
	}

	private EmbeddedClusterException failed(SQLException ex) {
		return new EmbeddedClusterException("%s: %s".formatted(this.id, ex.getMessage()), ex);
	}

	/**
	 * Carries an {@link SQLException} through a condition.
	 */
	private static final class UncheckedSqlException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		UncheckedSqlException(SQLException cause) {
			super(cause);
		}

	}

}
