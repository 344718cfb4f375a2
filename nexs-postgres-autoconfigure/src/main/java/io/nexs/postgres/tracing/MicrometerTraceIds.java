package io.nexs.postgres.tracing;

import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import org.jspecify.annotations.Nullable;

/**
 * The ids of Micrometer's spans. Thread-safe.
 */
public final class MicrometerTraceIds implements TraceIds {

	private static final int TRACE_ID_LENGTH = 32;

	private final Tracer tracer;

	/**
	 * Creates the source of ids.
	 * @param tracer makes the spans
	 */
	public MicrometerTraceIds(Tracer tracer) {
		this.tracer = tracer;
	}

	@Override
	public boolean isTracing() {
		return this.tracer != Tracer.NOOP;
	}

	@Override
	public @Nullable String traceId() {
		TraceContext context = this.tracer.currentTraceContext().context();
		return (context != null && !context.traceId().isEmpty()) ? context.traceId() : null;
	}

	/**
	 * Trace ids of 64 bits are filled up with zeros.
	 */
	@Override
	public @Nullable String traceparent() {
		TraceContext context = this.tracer.currentTraceContext().context();
		if (context == null || context.traceId().isEmpty() || context.spanId().isEmpty()) {
			return null;
		}
		String traceId = context.traceId();
		return "00-" + "0".repeat(Math.max(0, TRACE_ID_LENGTH - traceId.length())) + traceId + "-" + context.spanId()
				+ (Boolean.TRUE.equals(context.sampled()) ? "-01" : "-00");
	}

}
