package io.nexs.postgres.hook;

import org.jspecify.annotations.Nullable;

/**
 * On whose behalf an operation happens.
 *
 * @param tenant the tenant, or {@code null}
 * @param correlationId what all operations of one request have in common, or {@code null}
 */
public record HookCaller(@Nullable String tenant, @Nullable String correlationId) {

	/**
	 * Nobody in particular.
	 */
	public static final HookCaller NONE = new HookCaller(null, null);

	/**
	 * Without the tenant, which is not for logs.
	 */
	@Override
	public String toString() {
		return "HookCaller[" + this.correlationId + "]";
	}

}
