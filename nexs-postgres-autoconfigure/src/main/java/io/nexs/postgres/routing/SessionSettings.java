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

	private Map<String, SqlAction<Connection>> settings = Map.of();

	private Set<String> resets = Set.of();

	void put(String name, SqlAction<Connection> setting) {
		if (this.settings.isEmpty()) {
			this.settings = new LinkedHashMap<>();
		}
		this.settings.put(name, setting);
	}

	/**
	 * Remembers a setting that lives in the server's session.
	 * @param reset statement that takes it back
	 */
	void put(String name, SqlAction<Connection> setting, String reset) {
		put(name, setting);
		if (this.resets.isEmpty()) {
			this.resets = new LinkedHashSet<>();
		}
		this.resets.add(reset);
	}

	void apply(Connection connection) throws SQLException {
		if (this.settings.isEmpty()) {
			return;
		}
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
