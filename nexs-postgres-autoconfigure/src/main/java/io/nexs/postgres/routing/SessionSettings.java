package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The seldom used settings of a handle: remembered, said to every connection it gets, and
 * taken back before the connection returns to its pool where HikariCP does not do that.
 * Not thread-safe, like the handle.
 */
final class SessionSettings {

	private final Map<String, SqlAction<Connection>> settings = new LinkedHashMap<>();

	private final Set<String> resets = new LinkedHashSet<>();

	void put(String name, SqlAction<Connection> setting) {
		this.settings.put(name, setting);
	}

	/**
	 * Remembers a setting that lives in the server's session.
	 * @param reset statement that takes it back
	 */
	void put(String name, SqlAction<Connection> setting, String reset) {
		put(name, setting);
		this.resets.add(reset);
	}

	void apply(Connection connection) throws SQLException {
		for (SqlAction<Connection> setting : this.settings.values()) {
			setting.accept(connection);
		}
	}

	/**
	 * Whether nothing has to be taken back.
	 */
	boolean isPlain() {
		return this.resets.isEmpty();
	}

	void reset(Connection connection) throws SQLException {
		if (this.resets.isEmpty()) {
			return;
		}
		try (Statement statement = connection.createStatement()) {
			for (String reset : this.resets) {
				statement.execute(reset);
			}
		}
	}

}
