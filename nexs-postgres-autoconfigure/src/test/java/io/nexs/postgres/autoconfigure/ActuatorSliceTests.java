package io.nexs.postgres.autoconfigure;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nexs.postgres.endpoint.NexsDbEndpoint;
import io.nexs.postgres.endpoint.NexsDbInfoContributor;
import io.nexs.postgres.health.ClusterHealthContributor;
import io.nexs.postgres.metrics.ClusterMeters;
import io.nexs.postgres.metrics.RoutingMeters;
import io.nexs.postgres.routing.RoutingDataSource;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When health, meters and the endpoint are there. No server answers.
 */
class ActuatorSliceTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NexsDbAutoConfiguration.class, NexsDbHealthAutoConfiguration.class,
				NexsDbMetricsAutoConfiguration.class, NexsDbEndpointAutoConfiguration.class,
				DataSourceAutoConfiguration.class, DataSourceHealthContributorAutoConfiguration.class,
				DataSourcePoolMetricsAutoConfiguration.class, HealthContributorAutoConfiguration.class))
		.withPropertyValues("nexs.db.dsn=postgres://app@127.0.0.1:1/orders", "nexs.db.startup.mode=lazy",
				"nexs.db.pool.drain-timeout=0s", "management.endpoints.web.exposure.include=nexsdb");

	@Test
	void allWhenClassesAreThereAreThere() {
		this.runner.withUserConfiguration(Registry.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(NexsDbEndpoint.class)
				.hasSingleBean(NexsDbInfoContributor.class)
				.hasSingleBean(RoutingMeters.class)
				.hasSingleBean(ClusterMeters.class)
				.getBean("dbHealthContributor")
				.isInstanceOf(ClusterHealthContributor.class));
	}

	@Test
	void allWhenTheDataSourceIsBootsAreNotThere() {
		this.runner.withUserConfiguration(Registry.class)
			.withPropertyValues("nexs.db.enabled=false", "spring.datasource.url=jdbc:postgresql://127.0.0.1:1/orders")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("dbHealthContributor")
				.doesNotHaveBean(ClusterHealthContributor.class)
				.doesNotHaveBean(RoutingMeters.class)
				.doesNotHaveBean(NexsDbEndpoint.class));
	}

	@Test
	void healthWhenSwitchedOffIsNotThere() {
		this.runner.withPropertyValues("management.health.db.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean("dbHealthContributor"));
	}

	@Test
	void healthWhenUserHasOneIsTheUsers() {
		this.runner.withUserConfiguration(UserHealth.class)
			.run((context) -> assertThat(context).hasBean("dbHealthIndicator")
				.doesNotHaveBean("dbHealthContributor")
				.doesNotHaveBean(ClusterHealthContributor.class));
	}

	@Test
	void healthWhenNotOnTheClassPathIsLeftOut() {
		this.runner.withClassLoader(new FilteredClassLoader(CompositeHealthContributor.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(RoutingDataSource.class)
				.doesNotHaveBean(ClusterHealthContributor.class));
	}

	@Test
	void metersWhenThereIsNoRegistryAreNotThere() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(RoutingMeters.class)
			.doesNotHaveBean(ClusterMeters.class));
	}

	@Test
	void metersWhenSwitchedOffAreNotThere() {
		this.runner.withUserConfiguration(Registry.class)
			.withPropertyValues("nexs.db.metrics.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(RoutingMeters.class)
				.doesNotHaveBean(ClusterMeters.class));
	}

	@Test
	void metersWhenMicrometerIsNotOnTheClassPathAreLeftOut() {
		this.runner.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(RoutingDataSource.class));
	}

	@Test
	void endpointWhenNotExposedIsNotThere() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).doesNotHaveBean(NexsDbEndpoint.class));
	}

	@Test
	void endpointWhenActuatorIsNotOnTheClassPathIsLeftOut() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(RoutingDataSource.class)
				.doesNotHaveBean("nexsDbEndpoint"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Registry {

		@Bean
		SimpleMeterRegistry registry() {
			return new SimpleMeterRegistry();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserHealth {

		@Bean
		HealthIndicator dbHealthIndicator() {
			return () -> Health.up().build();
		}

	}

}
