package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The seldom used settings of a handle: remembered, said to every connection it gets, and
 * taken back before the connection returns to its pool. Not thread-safe, like the handle.
 */
final class SessionSettings {

	private Map<String, SessionSetting> settings = Map.of();

	void put(String name, SessionSetting setting) {
		if (this.settings.isEmpty()) {
			this.settings = new LinkedHashMap<>();
		}
		this.settings.put(name, setting);
	}

	void apply(Connection connection) throws SQLException {
		for (SessionSetting setting : this.settings.values()) {
			setting.apply(connection);
		}
	}

	/**
	 * Whether nothing was set.
	 */
	boolean isPlain() {
		return this.settings.isEmpty();
	}

	/**
	 * Takes back what lives in the driver.
	 */
	void resetDriver(Connection connection) throws SQLException {
		for (SessionSetting setting : this.settings.values()) {
			if (setting.inDriver() != null) {
				setting.inDriver().accept(connection);
			}
		}
	}

	/**
	 * Statements, in one text, that take back what lives in the server's session.
	 * @return the text, or {@code null} when there is nothing to take back
	 */
	@Nullable String resetText() {
		String text = this.settings.values()
			.stream()
			.map(SessionSetting::onServer)
			.filter(Objects::nonNull)
			.distinct()
			.collect(Collectors.joining("; "));
		return text.isEmpty() ? null : text;
	}

}
