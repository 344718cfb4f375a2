package io.nexs.postgres.audit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs to {@code nexs.audit} at INFO, without the tenant. Thread-safe.
 */
public final class AuditLog implements AuditSink {

	/**
	 * The name of the logger.
	 */
	public static final String LOGGER = "nexs.audit";

	private static final Logger logger = LoggerFactory.getLogger(LOGGER);

	@Override
	public void record(AuditRecord record) {
		LoggingEventBuilder event = record.operation().addTo(logger.atInfo());
		event.addKeyValue("db.outcome", record.outcome().tag());
		if (record.user() != null) {
			event.addKeyValue("db.user", record.user());
		}
		event.log("{} {} {}", (record.user() != null) ? record.user() : "-", record.outcome().tag(),
				record.operation().line());
	}

}
