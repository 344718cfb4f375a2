package io.nexs.postgres.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * A tracer of OpenTelemetry whose spans stay in memory. Whether an application has one is
 * decided by importing {@link Configuration}.
 */
final class TestSpans {

	private final InMemorySpanExporter exporter;

	private TestSpans(InMemorySpanExporter exporter) {
		this.exporter = exporter;
	}

	/**
	 * Takes all spans that have ended, in the order of their ends.
	 */
	List<SpanData> take() {
		List<SpanData> spans = this.exporter.getFinishedSpanItems();
		this.exporter.reset();
		return spans;
	}

	/**
	 * Those of the database.
	 */
	List<SpanData> takeOfDatabase() {
		return take().stream().filter((span) -> attributes(span).containsKey("db.system.name")).toList();
	}

	static Map<String, String> attributes(SpanData span) {
		return span.getAttributes()
			.asMap()
			.entrySet()
			.stream()
			.collect(Collectors.toMap((entry) -> entry.getKey().getKey(), (entry) -> entry.getValue().toString()));
	}

	/**
	 * All that a span says, for what must not be in it.
	 */
	static String text(SpanData span) {
		return span + " " + span.getEvents() + " " + span.getStatus();
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Configuration {

		@Bean
		InMemorySpanExporter spanExporter() {
			return InMemorySpanExporter.create();
		}

		@Bean
		TestSpans testSpans(InMemorySpanExporter exporter) {
			return new TestSpans(exporter);
		}

		@Bean
		SdkTracerProvider tracerProvider(InMemorySpanExporter exporter) {
			return SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build();
		}

		@Bean
		OtelTracer tracer(SdkTracerProvider provider) {
			return new OtelTracer(provider.get("test"), new OtelCurrentTraceContext(), (event) -> {
			});
		}

		@Bean
		OtelPropagator propagator(SdkTracerProvider provider) {
			return new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()),
					provider.get("test"));
		}

	}

}
