package io.nexs.postgres.cluster;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/**
 * Probe connections straight from the driver, as one user.
 */
final class DriverManagerConnector implements ProbeConnector {

	private final String username;

	DriverManagerConnector(String username) {
		this.username = username;
	}

	@Override
	public Connection open(Node node, Duration timeout) throws SQLException {
		String seconds = String.valueOf(Math.max(1, timeout.toSeconds()));
		Properties properties = new Properties();
		properties.setProperty("user", this.username);
		properties.setProperty("connectTimeout", seconds);
		properties.setProperty("socketTimeout", seconds);
		return DriverManager.getConnection(node.dsn().jdbcUrl(), properties);
	}

}
