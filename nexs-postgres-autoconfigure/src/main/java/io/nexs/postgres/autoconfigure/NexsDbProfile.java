package io.nexs.postgres.autoconfigure;

import java.util.Map;

/**
 * Sets of values for {@code nexs.db}, each for keys that are not set otherwise.
 */
public enum NexsDbProfile {

	/** The defaults of the keys. */
	DEFAULT(Map.of()),

	/**
	 * Many connections, kept for long: for services with many short statements at a time.
	 */
	HIGH_PERFORMANCE(Map.of("nexs.db.pool.max-conns", "100", "nexs.db.pool.min-conns", "20",
			"nexs.db.pool.max-conn-lifetime", "2h", "nexs.db.pool.max-conn-idle-time", "15m")),

	/** Many connections, and more and quicker retries of transactions. */
	PRODUCTION(Map.of("nexs.db.pool.max-conns", "100", "nexs.db.pool.min-conns", "25", "nexs.db.pool.max-conn-lifetime",
			"4h", "nexs.db.pool.max-conn-idle-time", "30m", "nexs.db.retry.max-retries", "5", "nexs.db.retry.delay",
			"50ms", "nexs.db.retry.max-delay", "10s", "nexs.db.retry.multiplier", "1.5"));

	private final Map<String, String> settings;

	NexsDbProfile(Map<String, String> settings) {
		this.settings = settings;
	}

	/**
	 * Values by key.
	 */
	Map<String, String> settings() {
		return this.settings;
	}

}
