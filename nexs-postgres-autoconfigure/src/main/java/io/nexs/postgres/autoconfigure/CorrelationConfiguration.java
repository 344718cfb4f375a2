package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.routing.Prelude;
import io.nexs.postgres.routing.StatementText;
import io.nexs.postgres.tracing.ApplicationName;
import io.nexs.postgres.tracing.CorrelationFilter;
import io.nexs.postgres.tracing.CorrelationId;
import io.nexs.postgres.tracing.CurrentCaller;
import io.nexs.postgres.tracing.SqlComment;
import io.nexs.postgres.tracing.TenantSource;
import io.nexs.postgres.tracing.TraceIds;
import jakarta.servlet.Filter;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Correlation ids: where they come from, and how they get to the server. Needs no
 * Micrometer.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TracingProperties.class)
@Import(CorrelationConfiguration.ServletConfiguration.class)
class CorrelationConfiguration {

	/**
	 * In front of Spring Security, behind the filter that begins the span of a request.
	 */
	static final int FILTER_ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

	/**
	 * Hooks are told what the user's source says, if there is one.
	 */
	@Bean
	@Fallback
	@ConditionalOnMissingBean
	CurrentCaller nexsDbCurrentCaller(TracingProperties properties) {
		return new CurrentCaller(properties.tenantMdcKey());
	}

	/**
	 * The tracer and the source of tenants may need the data source, so they are asked
	 * for when all beans are made.
	 */
	@Bean
	SmartInitializingSingleton nexsDbCallerSources(CurrentCaller caller, ObjectProvider<TraceIds> traces,
			ObjectProvider<TenantSource> tenants) {
		return () -> caller.ask(traces.getIfAvailable(() -> TraceIds.NONE), tenants.getIfAvailable());
	}

	/**
	 * Is {@code null} unless it is asked for. The value is bound, since a condition knows
	 * only one of the ways to write it.
	 */
	@Bean
	@ConditionalOnMissingBean(Prelude.class)
	@Nullable ApplicationName nexsDbApplicationName(TracingProperties properties, CurrentCaller caller, Environment environment) {
		return (properties.propagate() == TracingProperties.Propagate.APPLICATION_NAME)
				? new ApplicationName(Prelude.ISOLATION, environment.getProperty("spring.application.name", ""), caller)
				: null;
	}

	/**
	 * Is {@code null} unless it is asked for.
	 */
	@Bean
	@ConditionalOnMissingBean(StatementText.class)
	@Nullable SqlComment nexsDbSqlComment(TracingProperties properties, CurrentCaller caller) {
		return (properties.propagate() == TracingProperties.Propagate.COMMENT) ? new SqlComment(caller) : null;
	}

	/**
	 * The filter of a servlet application.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ Filter.class, OncePerRequestFilter.class, FilterRegistrationBean.class })
	@ConditionalOnBooleanProperty(name = "nexs.db.tracing.correlation.enabled", matchIfMissing = true)
	static class ServletConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "nexsDbCorrelationFilter")
		FilterRegistrationBean<CorrelationFilter> nexsDbCorrelationFilter(TracingProperties properties,
				CurrentCaller caller) {
			TracingProperties.Correlation correlation = properties.correlation();
			CorrelationFilter filter = new CorrelationFilter(correlation.headers(), correlation.responseHeader(),
					correlation.mdcKey(), () -> {
						String known = caller.correlationId();
						return CorrelationId.isValid(known) ? known : CorrelationId.random();
					});
			FilterRegistrationBean<CorrelationFilter> registration = new FilterRegistrationBean<>(filter);
			registration.setOrder(FILTER_ORDER);
			return registration;
		}

	}

}
