package io.nexs.postgres.autoconfigure;

import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.tracing.DatabaseObservationContext;
import io.nexs.postgres.tracing.DatabaseObservationConvention;
import io.nexs.postgres.tracing.DefaultDatabaseObservationConvention;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tracing with everything switched on that is off by default.
 */
@UseEmbeddedCluster
class TracingOptionsTests {

	private static RunningApplication application;

	private static TestSpans spans;

	private static JdbcClient jdbc;

	@BeforeAll
	static void start(EmbeddedCluster cluster) {
		application = RunningApplication.start(Application.class, "nexs.db.dsn=" + cluster.dsn(),
				"nexs.db.tracing.query-text=true", "nexs.db.tracing.meters=true",
				"nexs.db.tracing.points=acquire,query,exec,batch,commit,rollback,copy", "nexs.db.pool.max-conns=1",
				"nexs.db.pool.connection-timeout=5s");
		spans = application.bean(TestSpans.class);
		jdbc = application.bean(JdbcClient.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void empty() {
		spans.take();
	}

	@Test
	void textWhenAskedForHasNoValue() {
		jdbc.sql("select :a || 'planted', $$planted$$, 4711 /* planted */").param("a", "planted").query().listOfRows();
		List<SpanData> taken = spans.takeOfDatabase();
		assertThat(taken).extracting(SpanData::getName).containsExactly("acquire postgres", "select");
		assertThat(TestSpans.attributes(taken.get(1))).containsEntry("db.query.text", "select ? || ?, ?, ?");
		assertThat(taken).allSatisfy((span) -> assertThat(TestSpans.text(span)).doesNotContain("planted", "4711"));
	}

	@Test
	void metersWhenAskedForHaveTheSameTagsForAllOperations() {
		jdbc.sql("select 1").query(Integer.class).single();
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> jdbc.sql("select nonsense").query().listOfRows());
		List<Meter> meters = application.bean(MeterRegistry.class)
			.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().equals(DefaultDatabaseObservationConvention.NAME))
			.toList();
		assertThat(meters).hasSizeGreaterThanOrEqualTo(3)
			.extracting((meter) -> meter.getId().getTags().stream().map(Tag::getKey).toList())
			.containsOnly(List.of("db.namespace", "db.system.name", "error", "nexs.db.node", "nexs.db.operation",
					"nexs.db.role", "nexs.db.route.reason", "server.address", "server.port"));
		assertThat(application.get("/actuator/prometheus")).contains("db_client_operation_duration_seconds_count{");
	}

	@Test
	void conventionWhenTheUserHasOneIsTheUsers() {
		jdbc.sql("select 1").query(Integer.class).single();
		assertThat(spans.takeOfDatabase()).isNotEmpty()
			.allSatisfy((span) -> assertThat(TestSpans.attributes(span)).containsEntry("of.the.user", "yes"));
	}

	@Test
	void acquireWhenItTakesLongIsTold() throws Exception {
		Connection connection = application.bean(DataSource.class).getConnection();
		connection.createStatement().execute("select 1");
		CompletableFuture<Void> waiting = CompletableFuture
			.runAsync(() -> Observation.createNotStarted("outer", application.bean(ObservationRegistry.class))
				.observe(() -> jdbc.sql("select 2").query(Integer.class).single()));
		String primary = application.bean(ClusterMonitor.class).topology().primary().id();
		Awaitility.await().until(() -> application.bean(NodePools.class).of(primary).snapshot().waiting() == 1);
		connection.close();
		waiting.join();
		List<SpanData> taken = spans.take();
		SpanData outer = taken.get(taken.size() - 1);
		assertThat(taken).filteredOn((span) -> span.getParentSpanId().equals(outer.getSpanId()))
			.extracting(SpanData::getName)
			.containsExactly("acquire postgres", "select");
		assertThat(outer.getEvents()).extracting(EventData::getName).isEmpty();
	}

	@TestConfiguration(proxyBeanMethods = false)
	@Import({ WebApplication.class, TestSpans.Configuration.class })
	static class Application {

		@Bean
		DatabaseObservationConvention convention() {
			return new DefaultDatabaseObservationConvention() {

				@Override
				public KeyValues getHighCardinalityKeyValues(DatabaseObservationContext context) {
					return super.getHighCardinalityKeyValues(context).and("of.the.user", "yes");
				}

			};
		}

	}

}
