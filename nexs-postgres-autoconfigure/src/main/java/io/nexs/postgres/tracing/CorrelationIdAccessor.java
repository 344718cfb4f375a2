package io.nexs.postgres.tracing;

import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Takes the correlation id to other threads, where an application propagates its context
 * by Micrometer's {@code ContextRegistry}, which finds this class by itself.
 */
public final class CorrelationIdAccessor implements ThreadLocalAccessor<CorrelationId> {

	/**
	 * Key in a captured context.
	 */
	public static final String KEY = "nexs.correlation-id";

	@Override
	public Object key() {
		return KEY;
	}

	@Override
	public @Nullable CorrelationId getValue() {
		return CorrelationId.bound();
	}

	@Override
	public void setValue(CorrelationId value) {
		CorrelationId.take(value);
	}

	/**
	 * The captured context has none, and so has the thread from now on.
	 */
	@Override
	public void setValue() {
		CorrelationId.take(null);
	}

	@Override
	public void restore(CorrelationId previous) {
		CorrelationId.giveBack();
	}

	@Override
	public void restore() {
		CorrelationId.giveBack();
	}

}
