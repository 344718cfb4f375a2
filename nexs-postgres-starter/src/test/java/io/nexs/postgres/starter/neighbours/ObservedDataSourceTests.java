package io.nexs.postgres.starter.neighbours;

import java.util.List;

import javax.sql.DataSource;

import com.github.gavlyukovskiy.boot.jdbc.decorator.DataSourceDecoratorAutoConfiguration;
import com.github.gavlyukovskiy.boot.jdbc.decorator.DecoratedDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.nexs.postgres.autoconfigure.NexsDbEndpointAutoConfiguration;
import io.nexs.postgres.autoconfigure.NexsDbHealthAutoConfiguration;
import io.nexs.postgres.autoconfigure.NexsDbMetricsAutoConfiguration;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.endpoint.NexsDbEndpoint;
import net.ttddyy.dsproxy.QueryCountHolder;
import net.ttddyy.dsproxy.listener.DataSourceQueryCountListener;
import net.ttddyy.observation.boot.autoconfigure.DataSourceObservationAutoConfiguration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.CompositeHealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Libraries that put a watching proxy around the data source, with health, meters and
 * endpoint of ours beside them.
 */
class ObservedDataSourceTests {

	private static String dsn;

	@BeforeAll
	static void database() {
		dsn = SharedCluster.database("observed");
		SharedCluster.onPrimary("observed", "create table item (port int default inet_server_port())");
		SharedCluster.awaitReplay();
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring_proxy", "proxy", "concrete" })
	void dataSourceWhenObservedByMicrometerRoutesAsBefore(String type) {
		try (RunningApplication application = RunningApplication.start(Micrometer.class, dsn,
				"jdbc.datasource-proxy.type=" + type, "management.tracing.export.enabled=false",
				"management.endpoints.web.exposure.include=*")) {
			assertThat(application.bean(DataSource.class).getClass().getName()).doesNotContain("io.nexs");
			assertRouting(application);
			MeterRegistry registry = application.bean(MeterRegistry.class);
			assertThat(registry.get("jdbc.query").timer().count()).isEqualTo(3);
			assertThat(registry.get("nexs.db.node.up").gauges()).hasSize(2);
			assertActuator(application);
		}
	}

	@Test
	void dataSourceWhenWatchedByDatasourceProxyRoutesAsBefore() {
		try (RunningApplication application = RunningApplication.start(Decorated.class, dsn,
				"management.endpoints.web.exposure.include=*")) {
			assertThat(application.bean(DataSource.class)).isInstanceOf(DecoratedDataSource.class);
			QueryCountHolder.clear();
			assertRouting(application);
			assertThat(QueryCountHolder.getGrandTotal().getTotal()).isEqualTo(3);
			assertActuator(application);
		}
	}

	private static void assertRouting(RunningApplication application) {
		application.routes().clear();
		Integer read = application.readOnlyTransaction().execute((status) -> application.port());
		Integer written = application.transaction()
			.execute((status) -> application.jdbc()
				.sql("insert into item default values returning port")
				.query(Integer.class)
				.single());
		assertThat(read).isEqualTo(SharedCluster.replicaPort());
		assertThat(written).isEqualTo(SharedCluster.primaryPort());
		assertThat(application.port()).isEqualTo(SharedCluster.primaryPort());
		assertThat(application.routes().executed())
			.containsExactlyElementsOf(List.of(NodeRole.REPLICA, NodeRole.PRIMARY, NodeRole.PRIMARY));
	}

	private static void assertActuator(RunningApplication application) {
		HealthDescriptor health = application.bean(HealthEndpoint.class).healthForPath("db");
		assertThat(health).isNotNull();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(((CompositeHealthDescriptor) health).getComponents()).containsKeys("node-1", "node-2");
		assertThat(application.bean(NexsDbEndpoint.class).cluster().nodes()).hasSize(2);
	}

	@JdbcApplication
	@ImportAutoConfiguration({ NexsDbHealthAutoConfiguration.class, NexsDbMetricsAutoConfiguration.class,
			NexsDbEndpointAutoConfiguration.class, MetricsAutoConfiguration.class,
			CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class,
			ObservationAutoConfiguration.class, DataSourcePoolMetricsAutoConfiguration.class,
			DataSourceHealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class,
			HealthContributorAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
			EndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class,
			DataSourceObservationAutoConfiguration.class })
	static class Micrometer {

	}

	@JdbcApplication
	@ImportAutoConfiguration({ NexsDbHealthAutoConfiguration.class, NexsDbEndpointAutoConfiguration.class,
			DataSourceHealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class,
			HealthContributorAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
			EndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class,
			DataSourceDecoratorAutoConfiguration.class })
	static class Decorated {

		@Bean
		DataSourceQueryCountListener counting() {
			return new DataSourceQueryCountListener();
		}

	}

}
