package io.nexs.postgres.autoconfigure;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookRegistration;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.hook.HookVetoException;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.retry.RetryManager;
import io.nexs.postgres.tracing.CorrelationId;
import io.nexs.postgres.tracing.TenantSource;
import io.nexs.postgres.tracing.TracingHook;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.slf4j.MDC;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The spans an exporter gets of what an application does on real servers.
 */
@UseEmbeddedCluster
class TracingTests {

	private static EmbeddedCluster cluster;

	private static RunningApplication application;

	private static TestSpans spans;

	private static JdbcClient jdbc;

	@BeforeAll
	static void start(EmbeddedCluster embedded) {
		cluster = embedded;
		application = RunningApplication.start(Application.class,
				"nexs.db.dsn=" + embedded.dsn().replace("postgres@", "postgres:planted-password@"),
				"management.endpoints.web.exposure.include=*", "nexs.db.retry.delay=1ms", "nexs.db.pool.max-conns=2");
		spans = application.bean(TestSpans.class);
		jdbc = application.bean(JdbcClient.class);
		jdbc.sql("create table item (id int primary key, name text)").update();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void empty() {
		jdbc.sql("truncate item").update();
		spans.take();
	}

	@AfterEach
	void nothingIsLeftOnTheThread() {
		assertThat(application.bean(ObservationRegistry.class).getCurrentObservation()).isNull();
		assertThat(application.bean(Tracer.class).currentSpan()).isNull();
	}

	private static TransactionTemplate transaction(boolean readOnly) {
		TransactionTemplate template = new TransactionTemplate(application.bean(PlatformTransactionManager.class));
		template.setReadOnly(readOnly);
		return template;
	}

	private static Map<String, String> attributes(SpanData span) {
		return TestSpans.attributes(span);
	}

	@Test
	void queryWhenExecutedIsASpanByTheConventions() {
		Integer port = transaction(true).execute((status) -> jdbc
			.sql("select inet_server_port() from item union all"
					+ " select inet_server_port() where 'literal' <> :value")
			.param("value", "secret")
			.query(Integer.class)
			.single());
		List<SpanData> taken = spans.takeOfDatabase();
		assertThat(taken).extracting(SpanData::getName).containsExactly("select item select", "COMMIT postgres");
		SpanData query = taken.get(0);
		EmbeddedNode node = cluster.nodes()
			.stream()
			.filter((one) -> one.directPort() == port)
			.findFirst()
			.orElseThrow();
		assertThat(query.getKind()).isEqualTo(SpanKind.CLIENT);
		assertThat(query.getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
		Map<String, String> attributes = new HashMap<>(attributes(query));
		// A test before may have left dead connections
		attributes.remove("nexs.db.repeats");
		assertThat(attributes).containsExactlyInAnyOrderEntriesOf(Map.of("db.system.name", "postgresql", "db.namespace",
				"postgres", "db.query.summary", "select item select", "db.response.returned_rows", "1",
				"server.address", "127.0.0.1", "server.port", Integer.toString(node.port()), "nexs.db.node", node.id(),
				"nexs.db.role", "replica", "nexs.db.route.reason", "read-only", "nexs.db.operation", "query"));
		assertThat(attributes(taken.get(1))).containsEntry("db.operation.name", "COMMIT")
			.containsEntry("nexs.db.operation", "commit")
			.doesNotContainKeys("db.query.summary", "db.response.returned_rows");
	}

	@Test
	void statementWhenItFailsHasTheStateAndNothingOfTheData() {
		jdbc.sql("insert into item values (:id, :name)").param("id", 1).param("name", "first").update();
		spans.take();
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> jdbc.sql("insert into item values (1, 'planted-literal')").update())
			.withMessageContaining("planted-literal");
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> application.bean(JdbcTemplate.class)
				.batchUpdate("insert into item values (?, ?)",
						List.of(new Object[] { 2, "planted-a" }, new Object[] { 1, "planted-b" })));
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(
					() -> jdbc.sql("select cast(:value as int)").param("value", "planted-value").query().listOfRows())
			.withStackTraceContaining("planted-value");
		List<SpanData> taken = spans.takeOfDatabase();
		assertThat(taken).extracting(SpanData::getName).containsExactly("insert item", "BATCH insert item", "select");
		assertThat(taken).extracting((span) -> attributes(span).get("db.response.status_code"))
			.containsExactly("23505", "23505", "22P02");
		assertThat(taken).extracting((span) -> attributes(span).get("error.type"))
			.containsExactly("23505", "23505", "22P02");
		assertThat(attributes(taken.get(1))).containsEntry("db.operation.batch.size", "2")
			.containsEntry("db.operation.name", "BATCH");
		assertThat(taken).allSatisfy((span) -> {
			assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
			assertThat(span.getEvents()).hasSize(1);
			assertThat(TestSpans.text(span)).doesNotContain("planted").contains("SQLSTATE 2");
		});
	}

	@Test
	void spansWhenOpenedNestAsTheCallsDo() {
		Observation.createNotStarted("outer", application.bean(ObservationRegistry.class)).observe(() -> {
			transaction(false).executeWithoutResult((status) -> {
				jdbc.sql("insert into item values (1, 'a')").update();
				jdbc.sql("select count(*) from item").query(Long.class).single();
				status.setRollbackOnly();
			});
			jdbc.sql("select 1").query(Integer.class).single();
		});
		List<SpanData> taken = spans.take();
		assertThat(taken).extracting(SpanData::getName)
			.containsExactly("insert item", "select item", "ROLLBACK postgres", "select", "outer");
		String outer = taken.get(4).getSpanId();
		assertThat(taken.subList(0, 4)).extracting(SpanData::getParentSpanId).containsOnly(outer);
		assertThat(attributes(taken.get(0))).containsEntry("nexs.db.rows", "1")
			.containsEntry("nexs.db.route.reason", "write-transaction");
	}

	@Test
	void spanWhenAHookWorksIsItsParentAlsoAfterAVeto() {
		AtomicInteger calls = new AtomicInteger();
		HookRegistration hook = application.bean(HookRegistry.class).add("vetoing", new DatabaseHook() {

			@Override
			public void before(HookContext context) {
				Observation.createNotStarted("in-hook", application.bean(ObservationRegistry.class))
					.observe(calls::incrementAndGet);
				if (context.point() == HookPoint.EXEC) {
					throw new HookVetoException("not today");
				}
			}

		}, 0);
		try {
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> jdbc.sql("insert into item values (1, 'a')").update());
			jdbc.sql("select 1").query(Integer.class).single();
		}
		finally {
			hook.remove();
		}
		List<SpanData> taken = spans.take()
			.stream()
			.filter((span) -> !span.getParentSpanId().startsWith("00"))
			.toList();
		assertThat(taken).extracting(SpanData::getName).containsExactly("in-hook", "in-hook");
	}

	@Test
	void spanWhenAHookRefusesSaysSo() {
		HookRegistration hook = application.bean(HookRegistry.class).add("vetoing", new DatabaseHook() {

			@Override
			public void before(HookContext context) {
				if (context.point() == HookPoint.EXEC || context.point() == HookPoint.COMMIT) {
					throw new HookVetoException("not today");
				}
			}

		}, 0);
		try {
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> jdbc.sql("insert into item values (1, 'a')").update());
			assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> transaction(false).execute((status) -> jdbc.sql("select 1").query().listOfRows()));
		}
		finally {
			hook.remove();
		}
		List<SpanData> taken = spans.takeOfDatabase();
		assertThat(taken).extracting(SpanData::getName)
			.containsExactly("insert item", "select", "COMMIT postgres", "ROLLBACK postgres");
		assertThat(taken).extracting((span) -> attributes(span).get("error.type"))
			.containsExactly(HookVetoException.class.getName(), null, HookVetoException.class.getName(), null);
	}

	@Test
	void spanWhenAHandlerFailsDoesNotRefuseTheStatement() {
		ObservationRegistry registry = application.bean(ObservationRegistry.class);
		AtomicInteger failures = new AtomicInteger();
		registry.observationConfig().observationPredicate((name, context) -> {
			if (name.startsWith("db.") && failures.getAndIncrement() == 0) {
				throw new IllegalStateException("planted failure");
			}
			return true;
		});
		assertThat(jdbc.sql("select 1").query(Integer.class).single()).isEqualTo(1);
		assertThat(jdbc.sql("select 2").query(Integer.class).single()).isEqualTo(2);
		assertThat(failures).hasValue(2);
		assertThat(spans.takeOfDatabase()).hasSize(1);
	}

	@Test
	void copyWhenWrittenInPiecesLeavesTheStatementsBetweenToThemselves() throws Exception {
		try (Connection connection = application.bean(DataSource.class).getConnection()) {
			CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy item from stdin");
			byte[] row = "7\tplanted\n".getBytes(StandardCharsets.UTF_8);
			copy.writeToCopy(row, 0, row.length);
			assertThat(jdbc.sql("select count(*) from item").query(Long.class).single()).isZero();
			copy.endCopy();
			connection.unwrap(PGConnection.class)
				.getCopyAPI()
				.copyIn("copy item from stdin", new StringReader("8\tplanted\n"));
		}
		List<SpanData> taken = spans.takeOfDatabase();
		assertThat(taken).extracting(SpanData::getName).containsExactly("select item", "copy item", "copy item");
		assertThat(taken).extracting(SpanData::getParentSpanId).containsOnly("0000000000000000");
		assertThat(attributes(taken.get(1))).containsEntry("nexs.db.rows", "1")
			.containsEntry("db.operation.name", "COPY");
		assertThat(taken).allSatisfy((span) -> assertThat(TestSpans.text(span)).doesNotContain("planted"));
	}

	@Test
	void statementWhenSaidAgainTellsSoInItsSpan() throws SQLException {
		SpanData repeated = null;
		for (int i = 0; repeated == null && i < 20; i++) {
			loseIdleConnections();
			transaction(true).execute((status) -> jdbc.sql("select name from item").query(String.class).list());
			repeated = spans.takeOfDatabase()
				.stream()
				.filter((span) -> attributes(span).containsKey("nexs.db.repeats"))
				.findFirst()
				.orElse(null);
		}
		replaceLostConnections();
		assertThat(repeated).isNotNull();
		assertThat(repeated.getName()).startsWith("select");
		assertThat(repeated.getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
		assertThat(attributes(repeated)).containsEntry("nexs.db.repeats", "1");
		// Taking the other connection may have been slow, which is an event too
		assertThat(repeated.getEvents()).extracting(EventData::getName)
			.filteredOn((name) -> !name.equals("nexs.db.acquire.slow"))
			.singleElement()
			.asString()
			.matches("nexs\\.db\\.repeat node-[23] (57P01|08006)");
	}

	/**
	 * Uses all connections to replicas at the same time, so that no test after this one
	 * finds a lost one.
	 */
	private static void replaceLostConnections() throws SQLException {
		List<Connection> lent = new ArrayList<>();
		try {
			for (int i = 0; i < 2 * cluster.replicas().size(); i++) {
				Connection connection = application.bean(DataSource.class).getConnection();
				lent.add(connection);
				connection.setReadOnly(true);
				connection.setAutoCommit(false);
				connection.createStatement().execute("select 1");
			}
		}
		finally {
			for (Connection connection : lent) {
				connection.close();
			}
		}
	}

	/**
	 * Those used just now are lent untried.
	 */
	private static void loseIdleConnections() {
		for (EmbeddedNode node : cluster.replicas()) {
			transaction(true).execute((status) -> jdbc.sql("select 1").query(Integer.class).single());
			transaction(true).execute((status) -> jdbc.sql("select 1").query(Integer.class).single());
			try (Connection connection = node.connect(); Statement statement = connection.createStatement()) {
				statement.execute("select pg_terminate_backend(pid) from pg_stat_activity where backend_type ="
						+ " 'client backend' and pid <> pg_backend_pid()");
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	@Test
	void transactionWhenRunAgainTellsTheAttempt() {
		AtomicInteger attempts = new AtomicInteger();
		Observation.createNotStarted("outer", application.bean(ObservationRegistry.class))
			.observe(() -> application.bean(RetryManager.class).execute(() -> transaction(false).execute((status) -> {
				if (attempts.incrementAndGet() == 1) {
					return jdbc.sql("do $$ begin raise exception 'planted' using errcode = '40001'; end $$").update();
				}
				return jdbc.sql("insert into item values (1, 'a')").update();
			})));
		List<SpanData> taken = spans.take();
		assertThat(taken).extracting(SpanData::getName)
			.containsExactly("do", "ROLLBACK postgres", "insert item", "COMMIT postgres", "outer");
		assertThat(taken.subList(0, 4)).extracting((span) -> attributes(span).get("nexs.db.retry.attempt"))
			.containsExactly("1", "1", "2", "2");
		assertThat(taken.get(4).getEvents()).extracting(EventData::getName).contains("nexs.db.retry 1");
	}

	@Test
	void spanWhenTheThreadHasACorrelationIdHasIt() {
		CorrelationId.Scope scope = CorrelationId.open("request-7");
		try {
			jdbc.sql("select 1").query(Integer.class).single();
		}
		finally {
			scope.close();
		}
		assertThat(spans.takeOfDatabase()).extracting((span) -> attributes(span).get("nexs.db.correlation.id"))
			.containsExactly("request-7");
	}

	@Test
	void secretsWhenPlantedAreInNoSpanMeterOrContextOfLogs() {
		List<String> contexts = new CopyOnWriteArrayList<>();
		List<String> tenants = new CopyOnWriteArrayList<>();
		HookRegistration hook = application.bean(HookRegistry.class).add("listening", new DatabaseHook() {

			@Override
			public void before(HookContext context) {
				contexts.add(String.valueOf(MDC.getCopyOfContextMap()));
				tenants.add(String.valueOf(context.tenant()));
			}

		}, 0);
		CorrelationId.Scope scope = CorrelationId.open("request-8");
		try {
			transaction(false).execute((status) -> jdbc
				.sql("insert into item values (:id, :name), (2, 'planted-literal'), (3, $$planted-dollar$$),"
						+ " (4, E'\\'planted-escape') /* planted-comment */ -- planted-line")
				.param("id", 1)
				.param("name", "planted-parameter")
				.update());
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> jdbc.sql("planted_garbage 'planted-literal'").update());
		}
		finally {
			scope.close();
			hook.remove();
		}
		List<SpanData> taken = spans.takeOfDatabase();
		assertThat(taken).extracting(SpanData::getName)
			.containsExactly("insert item", "COMMIT postgres", "exec postgres");
		assertThat(taken).allSatisfy((span) -> assertThat(TestSpans.text(span)).doesNotContain("planted"));
		assertThat(application.bean(MeterRegistry.class).getMeters())
			.noneMatch((meter) -> meter.getId().toString().contains("planted"));
		assertThat(tenants).containsOnly("planted-tenant");
		assertThat(contexts).isNotEmpty().containsOnly("{correlation_id=request-8}");
		assertThat(MDC.get("correlation_id")).isNull();
	}

	@Test
	void acquireWhenItWaitedLongIsAnEventOfTheSpanAtHand() throws Exception {
		List<Connection> held = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			Connection connection = application.bean(DataSource.class).getConnection();
			held.add(connection);
			connection.createStatement().execute("select 1");
		}
		CompletableFuture<Void> waiting = CompletableFuture
			.runAsync(() -> Observation.createNotStarted("outer", application.bean(ObservationRegistry.class))
				.observe(() -> jdbc.sql("select 2").query(Integer.class).single()));
		String primary = application.bean(ClusterMonitor.class).topology().primary().id();
		Awaitility.await()
			.pollDelay(Duration.ofMillis(150))
			.until(() -> application.bean(NodePools.class).of(primary).snapshot().waiting() == 1);
		for (Connection connection : held) {
			connection.close();
		}
		waiting.join();
		SpanData outer = spans.take()
			.stream()
			.filter((span) -> span.getName().equals("outer"))
			.findFirst()
			.orElseThrow();
		assertThat(outer.getEvents()).extracting(EventData::getName).containsExactly("nexs.db.acquire.slow");
	}

	@Test
	void metersWhenSpansAreMadeAreNotMadeTwice() {
		jdbc.sql("select 1").query(Integer.class).single();
		MeterRegistry registry = application.bean(MeterRegistry.class);
		assertThat(registry.find("db.query.duration").timers()).isNotEmpty();
		assertThat(registry.getMeters()).noneMatch((meter) -> meter.getId().getName().startsWith("db.client"));
	}

	@Test
	void queryDurationWhenSpansAreMadeHasTheirIdsAsExemplars() {
		jdbc.sql("select 1").query(Integer.class).single();
		byte[] content = application.client()
			.get()
			.uri("/actuator/prometheus")
			.header(HttpHeaders.ACCEPT, "application/openmetrics-text")
			.exchange()
			.expectBody()
			.returnResult()
			.getResponseBodyContent();
		String text = new String(content, StandardCharsets.UTF_8);
		assertThat(text.lines().filter((line) -> line.startsWith("db_query_duration_seconds_bucket")))
			.anyMatch((line) -> line.contains("span_id=\"") && line.contains("trace_id=\""));
	}

	@Test
	void hookWhenSwitchedOffAtRunTimeMakesNoSpans() {
		HookRegistration hook = application.bean(HookRegistry.class).hook(TracingHook.NAME);
		hook.setEnabled(false);
		jdbc.sql("select 1").query(Integer.class).single();
		hook.setEnabled(true);
		jdbc.sql("select 2").query(Integer.class).single();
		assertThat(spans.takeOfDatabase()).hasSize(1);
	}

	@TestConfiguration(proxyBeanMethods = false)
	@Import({ WebApplication.class, TestSpans.Configuration.class })
	static class Application {

		@Bean
		TenantSource tenants() {
			return () -> "planted-tenant";
		}

	}

}
