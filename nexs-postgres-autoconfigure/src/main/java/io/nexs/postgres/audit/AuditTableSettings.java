package io.nexs.postgres.audit;

/**
 * How the table is written.
 *
 * @param table the table
 * @param required whether a change is refused or rolled back if its row cannot be written
 * @param write when rows are inserted within a transaction
 * @param autoCommit how rows are written without a transaction
 */
public record AuditTableSettings(AuditTable table, boolean required, AuditWrite write, AuditAutoCommit autoCommit) {

	/**
	 * Required, behind each operation, and ahead of it without a transaction.
	 * @param table the table
	 * @return the defaults
	 */
	public static AuditTableSettings defaults(AuditTable table) {
		return new AuditTableSettings(table, true, AuditWrite.STATEMENT, AuditAutoCommit.AHEAD);
	}

}
