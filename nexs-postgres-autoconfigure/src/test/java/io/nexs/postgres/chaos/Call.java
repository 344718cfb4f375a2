package io.nexs.postgres.chaos;

import io.nexs.postgres.routing.FailureContext;
import io.nexs.postgres.routing.FailureEffect;
import org.jspecify.annotations.Nullable;

/**
 * One call of a writer.
 *
 * @param id of the row
 * @param start when it began, in the time of {@link System#nanoTime()}
 * @param failure what it threw; {@code null} if it was acknowledged
 */
record Call(long id, long start, @Nullable RuntimeException failure) {

	boolean isAcknowledged() {
		return this.failure == null;
	}

	boolean isSaidRolledBack() {
		return effect() == FailureEffect.ROLLED_BACK;
	}

	boolean isSaidUnknown() {
		return effect() == FailureEffect.UNKNOWN;
	}

	private @Nullable FailureEffect effect() {
		return FailureContext.of(this.failure).map(FailureContext::effect).orElse(null);
	}

}
