package io.nexs.postgres.audit;

import java.time.Instant;

import io.nexs.postgres.masking.OperationSummary;
import org.jspecify.annotations.Nullable;

/**
 * Who did what, when and where.
 *
 * @param at when it was recorded
 * @param user who, as {@link AuditUser} told; {@code null} if it did not
 * @param tenant the tenant, or {@code null}
 * @param outcome what became of it
 * @param operation what, without data
 */
public record AuditRecord(Instant at, @Nullable String user, @Nullable String tenant, AuditOutcome outcome,
		OperationSummary operation) {

	/**
	 * Without the tenant, which is not for logs.
	 */
	@Override
	public String toString() {
		return "AuditRecord[" + this.outcome + ", " + this.operation + "]";
	}

}
