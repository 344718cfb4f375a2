package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * A setting of a connection, and how it is taken back before another handle gets the
 * connection.
 *
 * @param setting says it
 * @param inDriver takes back what lives in the driver, or {@code null}
 * @param onServer statement that takes back what lives in the server's session, or
 * {@code null}
 */
record SessionSetting(SqlAction<Connection> setting, @Nullable SqlAction<Connection> inDriver,
		@Nullable String onServer) {

	/**
	 * A setting that HikariCP takes back.
	 */
	static SessionSetting kept(SqlAction<Connection> setting) {
		return new SessionSetting(setting, null, null);
	}

	static SessionSetting ofDriver(SqlAction<Connection> setting, SqlAction<Connection> reset) {
		return new SessionSetting(setting, reset, null);
	}

	static SessionSetting onServer(SqlAction<Connection> setting, String reset) {
		return new SessionSetting(setting, null, reset);
	}

	void apply(Connection connection) throws SQLException {
		this.setting.accept(connection);
	}

}
