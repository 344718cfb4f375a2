package io.nexs.postgres.tracing;

import org.jspecify.annotations.Nullable;

/**
 * The ids of the span the present thread works in. Implementations are thread-safe and do
 * not block.
 */
public interface TraceIds {

	/**
	 * There are never any.
	 */
	TraceIds NONE = new TraceIds() {

		@Override
		public boolean isTracing() {
			return false;
		}

		@Override
		public @Nullable String traceId() {
			return null;
		}

		@Override
		public @Nullable String traceparent() {
			return null;
		}

	};

	/**
	 * Whether spans are made at all.
	 * @return {@code false} without a tracer
	 */
	boolean isTracing();

	/**
	 * The id of the trace.
	 * @return hexadecimal digits, or {@code null} outside a span
	 */
	@Nullable String traceId();

	/**
	 * The position in the trace, as W3C Trace Context writes it.
	 * @return the value of the header {@code traceparent}, or {@code null} outside a span
	 */
	@Nullable String traceparent();

}
