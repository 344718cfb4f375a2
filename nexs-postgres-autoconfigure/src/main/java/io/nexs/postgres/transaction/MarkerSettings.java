package io.nexs.postgres.transaction;

import java.time.Duration;

/**
 * Settings of the marker. Immutable.
 *
 * @param table the table
 * @param retention time for which markers are kept
 * @param resolveTimeout longest time to find out what became of a lost COMMIT
 */
public record MarkerSettings(MarkerTable table, Duration retention, Duration resolveTimeout) {

	/**
	 * The defaults: {@value MarkerTable#DEFAULT_NAME}, one hour, 30 s.
	 * @return new settings
	 */
	public static MarkerSettings defaults() {
		return new MarkerSettings(new MarkerTable(MarkerTable.DEFAULT_NAME), Duration.ofHours(1),
				Duration.ofSeconds(30));
	}

	/**
	 * A copy with another resolve timeout.
	 * @param resolveTimeout longest time to find out what became of a lost COMMIT
	 * @return the copy
	 */
	public MarkerSettings withResolveTimeout(Duration resolveTimeout) {
		return new MarkerSettings(this.table, this.retention, resolveTimeout);
	}

}
