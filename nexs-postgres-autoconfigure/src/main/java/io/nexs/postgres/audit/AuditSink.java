package io.nexs.postgres.audit;

/**
 * Takes what was audited. Every bean of this type is told, on the thread of the operation
 * and after it, also of operations that failed or were refused; within a transaction that
 * is before its end, so what is told may be rolled back. Called by many threads at once.
 * What it throws is logged, counted as an error of the hook, and ignored.
 */
@FunctionalInterface
public interface AuditSink {

	/**
	 * Takes a record.
	 * @param record who did what
	 */
	void record(AuditRecord record);

}
