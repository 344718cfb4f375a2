package io.nexs.postgres.tracing;

import io.micrometer.common.docs.KeyName;

/**
 * Keys of the observations. Those that begin with {@code nexs} are our own, all others
 * are those of OpenTelemetry's stable conventions for databases.
 */
enum DatabaseKey implements KeyName {

	SYSTEM("db.system.name", true),

	NAMESPACE("db.namespace", true),

	ADDRESS("server.address", true),

	PORT("server.port", true),

	OPERATION("nexs.db.operation", true),

	NODE("nexs.db.node", true),

	ROLE("nexs.db.role", true),

	REASON("nexs.db.route.reason", true),

	OPERATION_NAME("db.operation.name", false),

	SUMMARY("db.query.summary", false),

	TEXT("db.query.text", false),

	BATCH_SIZE("db.operation.batch.size", false),

	RETURNED_ROWS("db.response.returned_rows", false),

	STATUS_CODE("db.response.status_code", false),

	ERROR_TYPE("error.type", false),

	ROWS("nexs.db.rows", false),

	REPEATS("nexs.db.repeats", false),

	ATTEMPT("nexs.db.retry.attempt", false),

	CORRELATION_ID("nexs.db.correlation.id", false);

	private final String key;

	private final boolean always;

	DatabaseKey(String key, boolean always) {
		this.key = key;
		this.always = always;
	}

	@Override
	public String asString() {
		return this.key;
	}

	/**
	 * Whether it is of low cardinality and part of every observation.
	 */
	@Override
	public boolean isRequired() {
		return this.always;
	}

}
