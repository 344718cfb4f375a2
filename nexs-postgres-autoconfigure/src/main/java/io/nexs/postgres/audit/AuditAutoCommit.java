package io.nexs.postgres.audit;

/**
 * How the table is written where there is no transaction, so that a row and the change it
 * tells of cannot be committed together.
 */
public enum AuditAutoCommit {

	/**
	 * A row with the outcome {@code begun} is committed before the operation and updated
	 * after it: there is no change without a row, and a row may stay {@code begun}.
	 */
	AHEAD,

	/**
	 * A row is committed after the operation: there is no row without a change, and if
	 * the connection dies in between there is a change without a row.
	 */
	AFTER,

	/**
	 * Changes without a transaction are refused.
	 */
	REFUSE

}
