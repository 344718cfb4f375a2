package io.nexs.postgres.audit;

import org.jspecify.annotations.Nullable;

/**
 * Tells who is at work on the present thread. Asked once for each audited operation; it
 * must be thread-safe and must not use the data source. What it throws counts as nobody.
 */
@FunctionalInterface
public interface AuditUser {

	/**
	 * Who is at work.
	 * @return a name, or {@code null} for nobody in particular
	 */
	@Nullable String current();

}
