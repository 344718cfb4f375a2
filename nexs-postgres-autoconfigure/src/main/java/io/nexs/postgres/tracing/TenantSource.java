package io.nexs.postgres.tracing;

import org.jspecify.annotations.Nullable;

/**
 * Tells hooks for which tenant the present thread works. A bean of this type is asked
 * once for each hooked operation, on the hot path: it must be thread-safe and must not
 * block.
 */
@FunctionalInterface
public interface TenantSource {

	/**
	 * The tenant.
	 * @return its id, or {@code null} if there is none
	 */
	@Nullable String currentTenant();

}
