package io.nexs.postgres.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.nexs.postgres.hook.HookCaller;
import io.nexs.postgres.hook.HookCallerSource;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.routing.Prelude;
import io.nexs.postgres.routing.RoutingCollaborators;
import io.nexs.postgres.routing.RoutingDataSource;
import io.nexs.postgres.routing.StatementText;
import io.nexs.postgres.tracing.ApplicationName;
import io.nexs.postgres.tracing.CorrelationFilter;
import io.nexs.postgres.tracing.CurrentCaller;
import io.nexs.postgres.tracing.SqlComment;
import io.nexs.postgres.tracing.TenantSource;
import io.nexs.postgres.tracing.TracingHook;
import io.nexs.postgres.tracing.WithoutMeters;
import jakarta.servlet.Filter;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.NoopTracerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.OncePerRequestFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When tracing and correlation ids are there. No server answers.
 */
class TracingSliceTests {

	private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(NexsDbAutoConfiguration.class,
			NexsDbTracingAutoConfiguration.class, DataSourceAutoConfiguration.class, MetricsAutoConfiguration.class,
			ObservationAutoConfiguration.class, NoopTracerAutoConfiguration.class,
			MicrometerTracingAutoConfiguration.class);

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(CONFIGURATIONS)
		.withPropertyValues("nexs.db.dsn=postgres://app@127.0.0.1:1/orders", "nexs.db.startup.mode=lazy",
				"nexs.db.pool.drain-timeout=0s");

	@Test
	void tracingWhenThereIsATracerObserves() {
		this.runner.withUserConfiguration(TestSpans.Configuration.class)
			.run((context) -> assertThat(context.getBean(HookRegistry.class).hook(TracingHook.NAME).points())
				.containsExactlyInAnyOrder(HookPoint.ACQUIRE, HookPoint.QUERY, HookPoint.EXEC, HookPoint.BATCH,
						HookPoint.COMMIT, HookPoint.ROLLBACK, HookPoint.COPY));
	}

	@Test
	void tracingWhenThereIsNoTracerIsCalledNowhere() {
		this.runner.withUserConfiguration(Meters.class).run((context) -> {
			assertThat(context.getBean(ObservationRegistry.class).isNoop()).isFalse();
			assertThat(context.getBean(Tracer.class)).isSameAs(Tracer.NOOP);
			assertThat(context.getBean(HookRegistry.class).hook(TracingHook.NAME).points()).isEmpty();
			assertThat(context.getBean(HookRegistry.class).dispatcher().isActive()).isFalse();
		});
	}

	@Test
	void tracingWhenAskedForWithoutATracerObserves() {
		this.runner.withUserConfiguration(Meters.class)
			.withPropertyValues("nexs.db.tracing.enabled=true", "nexs.db.tracing.points=query",
					"nexs.db.tracing.slow-acquire=0")
			.run((context) -> assertThat(context.getBean(HookRegistry.class).hook(TracingHook.NAME).points())
				.containsExactly(HookPoint.QUERY));
	}

	@Test
	void tracingWhenNobodyObservesIsCalledNowhere() {
		this.runner.withPropertyValues("nexs.db.tracing.enabled=true")
			.withUserConfiguration(NoHandlers.class)
			.run((context) -> assertThat(context.getBean(HookRegistry.class).hook(TracingHook.NAME).points())
				.isEmpty());
	}

	@Test
	void tracingWhenSwitchedOffIsNotThere() {
		this.runner.withUserConfiguration(TestSpans.Configuration.class)
			.withPropertyValues("nexs.db.tracing.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(TracingHook.class)
				.hasSingleBean(CurrentCaller.class));
	}

	@Test
	void tracingWhenMicrometerIsNotOnTheClassPathIsLeftOut() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NexsDbAutoConfiguration.class,
					NexsDbTracingAutoConfiguration.class, DataSourceAutoConfiguration.class))
			.withPropertyValues("nexs.db.dsn=postgres://app@127.0.0.1:1/orders", "nexs.db.startup.mode=lazy",
					"nexs.db.pool.drain-timeout=0s", "nexs.db.tracing.propagate=comment")
			.withClassLoader(new FilteredClassLoader("io.micrometer", "jakarta.servlet"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(RoutingDataSource.class)
				.hasSingleBean(SqlComment.class)
				.doesNotHaveBean(TracingHook.class));
	}

	@Test
	void metersWhenAskedForAreNotKeptFrom() {
		this.runner.withUserConfiguration(TestSpans.Configuration.class)
			.run((context) -> assertThat(context).hasSingleBean(WithoutMeters.class));
		this.runner.withUserConfiguration(TestSpans.Configuration.class)
			.withPropertyValues("nexs.db.tracing.meters=true")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(WithoutMeters.class));
	}

	@Test
	void pointsWhenOneCannotBeObservedAreRefused() {
		this.runner.withUserConfiguration(TestSpans.Configuration.class)
			.withPropertyValues("nexs.db.tracing.points=query,connection-open")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessageContaining("nexs.db.tracing.points")
				.hasMessageContaining("connection-open"));
	}

	@Test
	void filterWhenTheApplicationIsOfServletsIsThere() {
		this.runner.run((context) -> assertThat(
				context.getBean("nexsDbCorrelationFilter", FilterRegistrationBean.class).getFilter())
			.isInstanceOf(CorrelationFilter.class));
		this.runner.withPropertyValues("nexs.db.tracing.correlation.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean("nexsDbCorrelationFilter"));
		this.runner.withClassLoader(new FilteredClassLoader(OncePerRequestFilter.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("nexsDbCorrelationFilter"));
		new ApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withPropertyValues("nexs.db.dsn=postgres://app@127.0.0.1:1/orders", "nexs.db.startup.mode=lazy",
					"nexs.db.pool.drain-timeout=0s")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("nexsDbCorrelationFilter"));
	}

	@Test
	void filterWhenUserHasOneIsTheUsers() {
		this.runner.withUserConfiguration(UserFilter.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Filter.class)
				.doesNotHaveBean(FilterRegistrationBean.class));
	}

	@Test
	void propagationWhenNotAskedForIsNone() {
		this.runner.run((context) -> {
			RoutingCollaborators collaborators = context.getBean(RoutingCollaborators.class);
			assertThat(collaborators.prelude()).isSameAs(Prelude.ISOLATION);
			assertThat(collaborators.text()).isSameAs(StatementText.UNCHANGED);
		});
		this.runner.withPropertyValues("nexs.db.tracing.propagate=application_name")
			.run((context) -> assertThat(context.getBean(RoutingCollaborators.class).prelude())
				.isInstanceOf(ApplicationName.class));
		this.runner.withPropertyValues("nexs.db.tracing.propagate=COMMENT")
			.run((context) -> assertThat(context.getBean(RoutingCollaborators.class).text())
				.isInstanceOf(SqlComment.class));
	}

	@Test
	void tenantWhenKeptInTheMdcIsToldToHooks() {
		this.runner.withPropertyValues("nexs.db.tracing.tenant-mdc-key=tenant_id").run((context) -> {
			MDC.put("tenant_id", "acme");
			assertThat(context.getBean(HookCallerSource.class).current()).isEqualTo(new HookCaller("acme", null));
			MDC.remove("tenant_id");
			assertThat(context.getBean(HookCallerSource.class).current()).isSameAs(HookCaller.NONE);
		});
	}

	@Test
	void callerWhenUserHasASourceIsTheUsers() {
		this.runner.withUserConfiguration(UserTenants.class)
			.run((context) -> assertThat(context.getBean(HookCallerSource.class).current())
				.isEqualTo(new HookCaller("of-the-user", null)));
		this.runner.withUserConfiguration(UserSource.class)
			.run((context) -> assertThat(context.getBean(HookCallerSource.class).current())
				.isEqualTo(new HookCaller("of-the-user", "id")));
	}

	@Configuration(proxyBeanMethods = false)
	static class Meters {

		@Bean
		MeterRegistry registry() {
			return new SimpleMeterRegistry();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoHandlers {

		@Bean
		ObservationRegistry observationRegistry() {
			return ObservationRegistry.NOOP;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserFilter {

		@Bean
		Filter nexsDbCorrelationFilter() {
			return (request, response, chain) -> chain.doFilter(request, response);
		}

	}

	/**
	 * Needs the data source, which needs the hooks, which ask it.
	 */
	@Configuration(proxyBeanMethods = false)
	static class UserTenants {

		@Bean
		TenantSource tenants(RoutingDataSource dataSource) {
			return () -> (dataSource != null) ? "of-the-user" : null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserSource {

		@Bean
		HookCallerSource source() {
			return () -> new HookCaller("of-the-user", "id");
		}

	}

}
