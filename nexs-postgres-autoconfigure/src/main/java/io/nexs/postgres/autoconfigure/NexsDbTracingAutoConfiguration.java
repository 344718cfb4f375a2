package io.nexs.postgres.autoconfigure;

import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.SenderContext;
import io.micrometer.tracing.Tracer;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.masking.SqlTexts;
import io.nexs.postgres.tracing.DatabaseObservationConvention;
import io.nexs.postgres.tracing.MicrometerTraceIds;
import io.nexs.postgres.tracing.RepeatEvents;
import io.nexs.postgres.tracing.TraceIds;
import io.nexs.postgres.tracing.TracingHook;
import io.nexs.postgres.tracing.TracingSettings;
import io.nexs.postgres.tracing.WithoutMeters;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of tracing: observations of all operations, if there is an
 * {@link ObservationRegistry} and a tracer; switched off by
 * {@code nexs.db.tracing.enabled=false}, and on without a tracer by {@code true}.
 */
@AutoConfiguration(after = NexsDbAutoConfiguration.class,
		afterName = { "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
				"org.springframework.boot.micrometer.tracing.autoconfigure.NoopTracerAutoConfiguration",
				"org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration" })
@ConditionalOnClass({ ObservationRegistry.class, SenderContext.class })
@ConditionalOnBean({ NexsDbProperties.class, ClusterMonitor.class, ObservationRegistry.class })
@ConditionalOnBooleanProperty(name = "nexs.db.tracing.enabled", matchIfMissing = true)
@Import({ NexsDbTracingAutoConfiguration.TracerConfiguration.class,
		NexsDbTracingAutoConfiguration.MeterConfiguration.class })
public final class NexsDbTracingAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	TracingHook nexsDbTracingHook(ObservationRegistry registry, TracingProperties properties,
			ObjectProvider<DatabaseObservationConvention> convention, ClusterMonitor monitor,
			ObjectProvider<TraceIds> traces, SqlTexts texts) {
		boolean wanted = Boolean.TRUE.equals(properties.enabled())
				|| traces.getIfAvailable(() -> TraceIds.NONE).isTracing();
		TracingSettings settings = properties.settings(texts);
		return new TracingHook(wanted ? registry : ObservationRegistry.NOOP, convention.getIfAvailable(),
				monitor.topology().nodes().stream().map(NodeState::node).toList(), settings);
	}

	@Bean
	@ConditionalOnMissingBean
	RepeatEvents nexsDbRepeatEvents(ObjectProvider<ObservationRegistry> registry) {
		return new RepeatEvents(registry::getIfAvailable);
	}

	/**
	 * The tracer.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Tracer.class)
	static class TracerConfiguration {

		@Bean
		@ConditionalOnMissingBean(TraceIds.class)
		@ConditionalOnBean(Tracer.class)
		MicrometerTraceIds nexsDbTraceIds(Tracer tracer) {
			return new MicrometerTraceIds(tracer);
		}

	}

	/**
	 * What keeps meters from being made.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterObservationHandler.class)
	static class MeterConfiguration {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		@ConditionalOnBooleanProperty(name = "nexs.db.tracing.meters", havingValue = false, matchIfMissing = true)
		WithoutMeters nexsDbWithoutMeters() {
			return new WithoutMeters();
		}

	}

}
