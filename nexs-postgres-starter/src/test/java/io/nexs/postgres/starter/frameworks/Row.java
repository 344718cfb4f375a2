package io.nexs.postgres.starter.frameworks;

/**
 * The rows of the matrix: what every framework is asked to do.
 */
enum Row {

	READ_WRITE("read-write transaction"),

	READ_ONLY("read-only transaction"),

	NO_TRANSACTION("no transaction"),

	READ_ONLY_IN_READ_WRITE("read-only method inside a read-write transaction"),

	READ_WRITE_IN_READ_ONLY("read-write method inside a read-only transaction, reading"),

	WRITE_IN_READ_ONLY("write in a read-only transaction"),

	WRITE_JOINING_READ_ONLY("write by a read-write method inside a read-only transaction"),

	WRITE_FALLEN_BACK("write in a read-only transaction that fell back to the primary"),

	LOCK_IN_READ_ONLY("`select ... for update` in a read-only transaction"),

	SEQUENCE_IN_READ_ONLY("`nextval` in a read-only transaction"),

	NEW_READ_ONLY("`REQUIRES_NEW` read-only inside read-write"),

	NEW_READ_WRITE("`REQUIRES_NEW` read-write inside read-only"),

	NESTED("`NESTED`, the inner one rolled back"),

	SUPPORTS("`SUPPORTS` read-only, no transaction"),

	SUPPORTS_IN_READ_WRITE("`SUPPORTS` read-only inside read-write"),

	NOT_SUPPORTED("`NOT_SUPPORTED` inside a read-only transaction"),

	MANDATORY("`MANDATORY` without a transaction"),

	NEVER("`NEVER` inside a transaction"),

	REPEATABLE_READ("read-only transaction, `REPEATABLE_READ`"),

	SERIALIZABLE_READ_ONLY("read-only transaction, `SERIALIZABLE`"),

	SERIALIZABLE("read-write transaction, `SERIALIZABLE`"),

	DUPLICATE_KEY("duplicate key"),

	UNCHECKED("unchecked exception"),

	CHECKED("checked exception"),

	ROLLBACK_ONLY("rollback-only set by an inner method"),

	TIMEOUT_READ_WRITE("`timeout = 1` in a read-write transaction"),

	TIMEOUT_READ_ONLY("`timeout = 1` in a read-only transaction"),

	STREAM("stream with a fetch size in a read-only transaction"),

	STREAM_IN_READ_WRITE("stream with a fetch size in a read-write transaction"),

	STREAM_WITHOUT("stream with a fetch size, no transaction"),

	FIND_BY_ID("`findById` of a repository, no transaction"),

	LOST_BEFORE("read-only transaction, its replica lost before its first statement"),

	LOST_WITHIN("read-only transaction, its replica lost after its first statement");

	private final String text;

	Row(String text) {
		this.text = text;
	}

	String text() {
		return this.text;
	}

}
