package io.nexs.postgres.benchmark.hook;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;

/**
 * Registries of observations: without a handler, with one that does nothing, and with a
 * tracer of OpenTelemetry whose spans nobody takes.
 */
final class Observers {

	private Observers() {
	}

	static ObservationRegistry of(String subject) {
		ObservationRegistry registry = ObservationRegistry.create();
		switch (subject) {
			case "tracing-handler" -> registry.observationConfig().observationHandler(new NoHandler());
			case "tracing-unsampled" -> registry.observationConfig().observationHandler(spans(Sampler.alwaysOff()));
			case "tracing-spans" -> registry.observationConfig().observationHandler(spans(Sampler.alwaysOn()));
			default -> {
				// Nobody listens
			}
		}
		return registry;
	}

	private static ObservationHandler<?> spans(Sampler sampler) {
		SdkTracerProvider provider = SdkTracerProvider.builder().setSampler(sampler).build();
		OtelTracer tracer = new OtelTracer(provider.get("benchmark"), new OtelCurrentTraceContext(), (event) -> {
		});
		return new PropagatingSenderTracingObservationHandler<>(tracer, Propagator.NOOP);
	}

	/**
	 * Supports everything and does nothing.
	 */
	private static final class NoHandler implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
