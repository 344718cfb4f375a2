package io.nexs.postgres.starter.neighbours;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.nexs.postgres.autoconfigure.NexsDbTracingAutoConfiguration;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import net.ttddyy.observation.boot.autoconfigure.DataSourceObservationAutoConfiguration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Boot's OpenTelemetry with JPA and JDBC, with and without the library that makes spans
 * of a data source whatever its kind.
 */
class TracedDataSourceTests {

	private static String dsn;

	@BeforeAll
	static void database() {
		dsn = SharedCluster.database("traced");
		SharedCluster.onPrimary("traced", "create table item (port int default inet_server_port())");
		SharedCluster.awaitReplay();
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring_proxy", "proxy", "concrete" })
	void spansWhenBothMakeThemAreNestedAndRoutesAreAsBefore(String type) {
		try (RunningApplication application = start("jdbc.datasource-proxy.type=" + type)) {
			List<SpanData> spans = work(application);
			List<SpanData> ours = ours(spans);
			List<SpanData> theirs = theirs(spans);
			assertThat(ours).hasSize(4);
			assertThat(theirs).hasSize(4);
			for (int i = 0; i < 4; i++) {
				assertThat(ours.get(i).getParentSpanId()).isEqualTo(theirs.get(i).getSpanId());
			}
		}
	}

	@Test
	void spansWhenOursAreSwitchedOffAreTheirs() {
		try (RunningApplication application = start("nexs.db.tracing.enabled=false")) {
			List<SpanData> spans = work(application);
			assertThat(ours(spans)).isEmpty();
			assertThat(theirs(spans)).hasSize(4);
		}
	}

	@Test
	void spansWhenTheirsAreSwitchedOffAreOurs() {
		try (RunningApplication application = start("jdbc.datasource-proxy.enabled=false")) {
			List<SpanData> spans = work(application);
			assertThat(ours(spans)).hasSize(4);
			assertThat(theirs(spans)).isEmpty();
			String outer = spans.get(spans.size() - 1).getSpanId();
			assertThat(ours(spans)).extracting(SpanData::getParentSpanId).containsOnly(outer);
		}
	}

	private static RunningApplication start(String property) {
		return RunningApplication.start(Application.class, dsn, property, "management.tracing.sampling.probability=1",
				"spring.jpa.hibernate.ddl-auto=none");
	}

	/**
	 * Reads and writes, by JDBC and by JPA.
	 * @return all spans, that around the work being the last
	 */
	private static List<SpanData> work(RunningApplication application) {
		EntityManager entities = SharedEntityManagerCreator
			.createSharedEntityManager(application.bean(EntityManagerFactory.class));
		collect(application);
		Observation.createNotStarted("work", application.bean(ObservationRegistry.class)).observe(() -> {
			TransactionTemplate read = application.readOnlyTransaction();
			TransactionTemplate write = application.transaction();
			assertThat(read.<Integer>execute((status) -> application.port())).isEqualTo(SharedCluster.replicaPort());
			assertThat(write.<Integer>execute((status) -> application.jdbc()
				.sql("insert into item default values returning port")
				.query(Integer.class)
				.single())).isEqualTo(SharedCluster.primaryPort());
			assertThat(read
				.<Object>execute((status) -> entities.createNativeQuery("select inet_server_port()").getSingleResult()))
				.isEqualTo(SharedCluster.replicaPort());
			assertThat(write.<Object>execute((status) -> entities
				.createNativeQuery("insert into item default values returning port", Integer.class)
				.getSingleResult())).isEqualTo(SharedCluster.primaryPort());
		});
		return collect(application);
	}

	private static List<SpanData> collect(RunningApplication application) {
		application.bean(SdkTracerProvider.class).forceFlush().join(10, TimeUnit.SECONDS);
		InMemorySpanExporter exporter = application.bean(InMemorySpanExporter.class);
		List<SpanData> spans = exporter.getFinishedSpanItems();
		exporter.reset();
		return spans;
	}

	private static List<SpanData> ours(List<SpanData> spans) {
		return spans.stream()
			.filter((span) -> span.getAttributes().asMap().toString().contains("nexs.db.operation=query"))
			.toList();
	}

	private static List<SpanData> theirs(List<SpanData> spans) {
		return spans.stream()
			.filter((span) -> span.getAttributes().asMap().toString().contains("jdbc.query[0]"))
			.toList();
	}

	@JdbcApplication
	@ImportAutoConfiguration({ NexsDbTracingAutoConfiguration.class, ObservationAutoConfiguration.class,
			MicrometerTracingAutoConfiguration.class, OpenTelemetrySdkAutoConfiguration.class,
			OpenTelemetryTracingAutoConfiguration.class, DataSourceObservationAutoConfiguration.class,
			HibernateJpaAutoConfiguration.class })
	static class Application {

		@Bean
		InMemorySpanExporter exporter() {
			return InMemorySpanExporter.create();
		}

	}

}
