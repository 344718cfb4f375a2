package io.nexs.postgres.audit;

/**
 * When rows are inserted within a transaction.
 */
public enum AuditWrite {

	/**
	 * Each behind its operation, so that a savepoint takes both back.
	 */
	STATEMENT,

	/**
	 * All in one batch before COMMIT; what a savepoint took back has a row all the same.
	 */
	COMMIT

}
