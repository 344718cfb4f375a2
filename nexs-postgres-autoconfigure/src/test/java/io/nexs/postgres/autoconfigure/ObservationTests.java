package io.nexs.postgres.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.micrometer.core.instrument.MeterRegistry;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.safety.SafetyEvent;
import io.nexs.postgres.safety.SafetyMonitor;
import io.nexs.postgres.server.Deadlock;
import io.nexs.postgres.server.ServerMonitor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Figures and findings as an application shows them.
 */
@ExtendWith(OutputCaptureExtension.class)
class ObservationTests {

	private static final String SECRET = "planted-secret";

	private static final String UPDATE = "update observed set name = '" + SECRET + "' where name <> '" + SECRET
			+ "2' and id = ";

	private EmbeddedCluster cluster;

	@BeforeEach
	void startCluster() throws SQLException {
		this.cluster = EmbeddedCluster.builder().replicas(1).parameter("deadlock_timeout", "50ms").start();
		try (Connection connection = this.cluster.primary().connect();
				Statement statement = connection.createStatement()) {
			statement.execute("create table observed (id int primary key, name text)");
			statement.execute("insert into observed values (1, 'a'), (2, 'b')");
		}
	}

	@AfterEach
	void stopCluster() {
		this.cluster.close();
	}

	private RunningApplication start(Class<?> type, String... more) {
		String[] properties = new String[more.length + 2];
		System.arraycopy(more, 0, properties, 2, more.length);
		properties[0] = "nexs.db.dsn=" + this.cluster.dsn();
		properties[1] = "nexs.db.server.interval=200ms";
		return RunningApplication.start(type, properties);
	}

	@Test
	void findingsWhenMadeAreToldEverywhereWithoutSecrets(CapturedOutput output) throws SQLException {
		try (RunningApplication application = start(ListeningApplication.class, "nexs.db.safety.interval=100ms",
				"nexs.db.safety.held-too-long=300ms", "nexs.db.safety.idle-in-transaction=300ms",
				"nexs.db.safety.blocked=300ms", "spring.application.name=observed-app",
				"logging.level.io.nexs=debug")) {
			assertThat(application.get("/actuator/health/db/safety")).contains("\"status\":\"UP\"");
			stage(application);
			ListeningApplication listener = application.bean(ListeningApplication.class);
			Awaitility.await()
				.until(() -> listener.events.stream().map((event) -> event.kind().tag()).toList(), (kinds) -> kinds
					.containsAll(List.of("server-deadlock", "blocked", "idle-in-transaction", "held-too-long")));
			assertThat(listener.threads).containsOnly("nexs-db-events");
			String health = application.get("/actuator/health/db/safety");
			assertThat(health).contains("\"status\":\"DEGRADED\"", "\"server-deadlock\":1", "Deadlock on node-1");
			assertWholeIsUp(application);
			String endpoint = application.get("/actuator/nexsdb");
			assertThat(endpoint).contains("\"safety\":{\"degraded\":true", "\"kind\":\"blocked\"",
					"\"server\":[{\"node\":\"node-1\"", "\"maxConnections\":");
			assertThat(application.get("/actuator/prometheus")).contains("nexs_db_safety_degraded 1.0",
					"nexs_db_safety_findings_total{kind=\"held-too-long\"} ",
					"nexs_db_server_blocked{node=\"node-1\"}");
			assertThat(output).contains("Deadlock on node-1", "sessions on node-1 wait for a lock");
			assertThat(health + endpoint + listener.events + application.get("/actuator/prometheus"))
				.doesNotContain(SECRET);
			assertThat(output.getAll()).doesNotContain(SECRET);
		}
	}

	private static void assertWholeIsUp(RunningApplication application) {
		application.client()
			.get()
			.uri("/actuator/health")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo("UP")
			.jsonPath("$.components.db.status")
			.isEqualTo("UP");
	}

	/**
	 * Two sessions lock each other out; after that one waits for a row another one has.
	 */
	private void stage(RunningApplication application) throws SQLException {
		JdbcTemplate jdbc = application.bean(JdbcTemplate.class);
		try (Connection first = Objects.requireNonNull(jdbc.getDataSource()).getConnection();
				Connection second = jdbc.getDataSource().getConnection()) {
			Deadlock.stage(first, second, UPDATE);
			try (Statement statement = first.createStatement()) {
				statement.execute(UPDATE + "1");
			}
			CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> jdbc.execute(UPDATE + "1"),
					Deadlock.THREADS);
			SafetyMonitor safety = application.bean(SafetyMonitor.class);
			Awaitility.await()
				.until(() -> safety.report().lasting().stream().map((event) -> event.kind().tag()).toList(),
						(kinds) -> kinds.containsAll(List.of("blocked", "idle-in-transaction", "held-too-long")));
			first.rollback();
			waiting.join();
		}
	}

	@Test
	void gaugesWhenANodeIsGoneAreUnknownAndThoseOfOthersGoOn() {
		try (RunningApplication application = start(WebApplication.class)) {
			Awaitility.await()
				.until(() -> !Double.isNaN(gauge(application, "node-1"))
						&& !Double.isNaN(gauge(application, "node-2")));
			this.cluster.node("node-2").kill();
			Awaitility.await().until(() -> Double.isNaN(gauge(application, "node-2")));
			assertThat(application.get("/actuator/prometheus")).contains(
					"nexs_db_server_connections{node=\"node-2\"} NaN",
					"nexs_db_server_deadlocks_total{node=\"node-2\"} 0.0",
					"nexs_db_server_sessions{node=\"node-2\",state=\"idle-in-transaction\"} NaN");
			assertThat(gauge(application, "node-1")).isPositive();
			this.cluster.node("node-2").start();
			Awaitility.await().until(() -> gauge(application, "node-2") > 0);
		}
	}

	private static double gauge(RunningApplication application, String node) {
		return application.bean(MeterRegistry.class)
			.get("nexs.db.server.connections")
			.tag("node", node)
			.gauge()
			.value();
	}

	@Test
	void deepChecksWhenSomethingIsWrongAreDegradedAndTheWholeUp() throws SQLException {
		try (RunningApplication application = start(WebApplication.class, "nexs.db.health.deep=true",
				"nexs.db.health.max-transaction-age=500ms", "nexs.db.health.max-slot-wal=0",
				"nexs.db.health.connection-headroom=0.05", "nexs.db.health.write-probe=true");
				Connection connection = this.cluster.primary().connect();
				Statement statement = connection.createStatement()) {
			ServerMonitor servers = application.bean(ServerMonitor.class);
			Awaitility.await().until(() -> servers.figures("node-1") != null && servers.figures("node-2") != null);
			assertThat(application.get("/actuator/health/db/deep")).contains("\"status\":\"UP\"", "\"problems\":[]",
					"\"archiver\":\"off\"", "\"writeMillis\":");
			statement.execute("select pg_create_physical_replication_slot('kept', true)");
			statement.execute("insert into observed values (3, 'c')");
			connection.setAutoCommit(false);
			statement.execute("select 1");
			Awaitility.await()
				.until(() -> application.get("/actuator/health/db/deep"),
						(health) -> health.contains("replication slot 'kept' is inactive")
								&& health.contains("a transaction is open for"));
			assertThat(application.get("/actuator/health/db/deep")).contains("\"status\":\"DEGRADED\"");
			assertWholeIsUp(application);
		}
	}

	@Test
	void observationWhenSwitchedOffHasNoThreadsAndNoBeans() {
		try (RunningApplication application = start(WebApplication.class, "nexs.db.server.enabled=false",
				"nexs.db.safety.enabled=false")) {
			assertThat(application.context().getBeansOfType(ServerMonitor.class)).isEmpty();
			assertThat(application.context().getBeansOfType(SafetyMonitor.class)).isEmpty();
			assertThat(threads()).doesNotContain("nexs-db-safety", "nexs-db-server-node-1");
			assertThat(application.get("/actuator/nexsdb")).contains("\"server\":null", "\"safety\":null");
			assertThat(application.status("/actuator/health/db/safety")).isEqualTo(404);
			assertThat(application.status("/actuator/health/db/deep")).isEqualTo(404);
			assertThat(application.get("/actuator/prometheus")).doesNotContain("nexs_db_server_", "nexs_db_safety_");
		}
	}

	@Test
	void contextWhenStoppedHasNoConnectionAndWhenStartedAsksAgain() {
		try (RunningApplication application = start(WebApplication.class)) {
			ServerMonitor servers = application.bean(ServerMonitor.class);
			Awaitility.await().until(() -> servers.figures("node-1") != null);
			application.context().stop();
			assertThat(servers.figures("node-1")).isNull();
			assertThat(threads()).doesNotContain("nexs-db-safety", "nexs-db-server-node-1");
			assertThat(sessions()).isZero();
			application.context().start();
			Awaitility.await().until(() -> servers.figures("node-1") != null);
			assertThat(threads()).contains("nexs-db-safety", "nexs-db-server-node-1");
		}
		assertThat(threads()).doesNotContain("nexs-db-safety", "nexs-db-server-node-1");
	}

	@Test
	void poolWhenExhaustedDoesNotHoldUpTheFigures() throws SQLException {
		try (RunningApplication application = start(WebApplication.class, "nexs.db.pool.max-conns=1")) {
			try (Connection only = Objects.requireNonNull(application.bean(JdbcTemplate.class).getDataSource())
				.getConnection(); Statement statement = only.createStatement()) {
				statement.execute("select 1");
				assertThat(application.bean(NodePools.class).of("node-1").isFull()).isTrue();
				ServerMonitor servers = application.bean(ServerMonitor.class);
				Awaitility.await().until(() -> servers.figures("node-1") != null);
				var before = Objects.requireNonNull(servers.figures("node-1")).readAt();
				Awaitility.await()
					.until(() -> Objects.requireNonNull(servers.figures("node-1")).readAt().isAfter(before));
			}
		}
	}

	private int sessions() {
		try (Connection connection = this.cluster.primary().connect();
				Statement statement = connection.createStatement()) {
			Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> count(statement) == 0);
			return count(statement);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int count(Statement statement) throws SQLException {
		try (var row = statement
			.executeQuery("select count(*) from pg_stat_activity where application_name = 'nexs-db-server'")) {
			row.next();
			return row.getInt(1);
		}
	}

	private static List<String> threads() {
		return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
	}

	/**
	 * An application that listens.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(WebApplication.class)
	static class ListeningApplication {

		private final Queue<SafetyEvent> events = new ConcurrentLinkedQueue<>();

		private final Queue<String> threads = new ConcurrentLinkedQueue<>();

		@EventListener
		void found(SafetyEvent event) {
			this.events.add(event);
			this.threads.add(Thread.currentThread().getName());
		}

	}

}
