package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookOutcome;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookRegistration;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.metrics.NexsDbMeter;
import io.nexs.postgres.retry.RetryManager;
import io.nexs.postgres.routing.ReplicaManager;
import io.nexs.postgres.routing.RoutingChange;
import io.nexs.postgres.routing.RoutingControl;
import io.nexs.postgres.routing.ServerCertificate;
import io.nexs.postgres.server.Deadlock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Every documented meter is fed by an application that meets all that can happen, and
 * there is no other.
 */
class MeterTests {

	private static final Path DOCUMENTATION = Path.of("..", "docs", "metrics.md");

	private static EmbeddedCluster cluster;

	private static RunningApplication application;

	private static MeterRegistry registry;

	private static JdbcTemplate jdbc;

	@BeforeAll
	static void live(@TempDir Path directory) throws Exception {
		ServerCertificate certificate = ServerCertificate.in(directory);
		cluster = EmbeddedCluster.builder()
			.parameter("ssl", "on")
			.parameter("ssl_cert_file", certificate.certificate().toString())
			.parameter("ssl_key_file", certificate.key().toString())
			.parameter("deadlock_timeout", "50ms")
			.start();
		application = RunningApplication.start(WebApplication.class, "nexs.db.dsn=" + cluster.dsn(),
				"nexs.db.metrics.query-buckets=1ms,1s", "nexs.db.pool.max-conns=2",
				"nexs.db.pool.connection-timeout=250ms", "nexs.db.pool.validation-timeout=250ms",
				"nexs.db.server.interval=200ms", "nexs.db.failover.wait-timeout=1s", "nexs.db.failover.max-waiting=1",
				"nexs.db.hooks.queue-size=1", "nexs.db.limits.batch=1s", "nexs.db.slow-query.enabled=true");
		registry = application.bean(MeterRegistry.class);
		jdbc = application.bean(JdbcTemplate.class);
		work();
		failToCommit();
		lockOut();
		loseAConnection(cluster);
		fallBack();
		waitInVain();
		waitForAPrimary();
		application.bean(RoutingControl.class).change("node-3", RoutingChange.NONE.withMinConns(1));
		cluster.promote("node-2");
		application.await((topology) -> topology.primary() != null && topology.primary().id().equals("node-2"));
	}

	private static void work() {
		jdbc.execute("create table meter (id integer primary key)");
		jdbc.update("insert into meter values (?)", 1);
		jdbc.batchUpdate("insert into meter values (?)", List.of(new Object[] { 2 }, new Object[] { 3 }));
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> jdbc.update("insert into meter values (?)", 1));
		assertThatExceptionOfType(QueryTimeoutException.class)
			.isThrownBy(() -> jdbc.batchUpdate("insert into meter select 0 from pg_sleep(20)"));
		transaction(false).executeWithoutResult((status) -> jdbc.update("insert into meter values (4)"));
		transaction(false).executeWithoutResult((status) -> {
			jdbc.update("insert into meter values (5)");
			status.setRollbackOnly();
		});
		jdbc.execute("select pg_sleep(0.2)");
		read();
		runAgain();
		dropACallOfAHook();
	}

	private static void dropACallOfAHook() {
		CountDownLatch dropped = new CountDownLatch(1);
		HookRegistration hook = application.bean(HookRegistry.class).add("blocked", new DatabaseHook() {

			@Override
			public boolean isAsync() {
				return true;
			}

			@Override
			public void after(HookContext context) {
				try {
					dropped.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}

		}, 0);
		Awaitility.await().until(() -> {
			read();
			return hook.dropped() > 0;
		});
		dropped.countDown();
		Awaitility.await().until(() -> {
			read();
			return hook.statistics(HookPoint.QUERY).calls(HookOutcome.SUCCESS) > 0 && hook.queued() == 0;
		});
		hook.setEnabled(false);
	}

	private static void failToCommit() {
		jdbc.execute("create table deferred (id integer references meter deferrable initially deferred)");
		assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> transaction(false)
			.executeWithoutResult((status) -> jdbc.update("insert into deferred values (99)")));
	}

	/**
	 * A session tells the statistics up to ten seconds later.
	 */
	private static void lockOut() throws SQLException {
		try (Connection first = jdbc.getDataSource().getConnection();
				Connection second = jdbc.getDataSource().getConnection()) {
			Deadlock.stage(first, second, "update meter set id = id where id = ");
		}
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> registry.get("nexs.db.server.deadlocks").tag("node", "node-1").functionCounter().count() > 0);
	}

	private static void runAgain() {
		AtomicBoolean failed = new AtomicBoolean();
		application.bean(RetryManager.class).execute(() -> transaction(false).execute((status) -> {
			if (failed.compareAndSet(false, true)) {
				jdbc.execute("do $$ begin raise exception 'conflict' using errcode = '40001'; end $$");
			}
			return jdbc.update("insert into meter values (6)");
		}));
	}

	private static TransactionTemplate transaction(boolean readOnly) {
		TransactionTemplate template = new TransactionTemplate(application.bean(PlatformTransactionManager.class));
		template.setReadOnly(readOnly);
		return template;
	}

	private static void read() {
		transaction(true).executeWithoutResult((status) -> jdbc.queryForObject("select 1", Integer.class));
	}

	/**
	 * The pool tries a connection that was idle for long, and so finds out before we do;
	 * one that was used just now is lent as it is.
	 */
	private static void loseAConnection(EmbeddedCluster cluster) {
		Awaitility.await().until(() -> {
			for (String id : List.of("node-2", "node-3")) {
				read();
				read();
				try (Connection connection = cluster.node(id).connect();
						Statement statement = connection.createStatement()) {
					statement.execute("select pg_terminate_backend(pid) from pg_stat_activity"
							+ " where backend_type = 'client backend' and pid <> pg_backend_pid()");
				}
				read();
				read();
			}
			return !registry.find(NexsDbMeter.REPEATS.meterName()).counters().isEmpty();
		});
	}

	private static void fallBack() {
		ReplicaManager manager = application.bean(ReplicaManager.class);
		List<String> replicas = List.of("node-2", "node-3");
		replicas.forEach(manager::maintenance);
		application.await(
				(topology) -> replicas.stream().allMatch((id) -> topology.node(id).status() == NodeStatus.MAINTENANCE));
		read();
		replicas.forEach(manager::resume);
		application
			.await((topology) -> replicas.stream().allMatch((id) -> topology.node(id).status() == NodeStatus.HEALTHY));
	}

	private static void waitInVain() throws SQLException {
		List<Connection> held = new ArrayList<>();
		try {
			for (int i = 0; i < 2; i++) {
				Connection connection = jdbc.getDataSource().getConnection();
				held.add(connection);
				connection.createStatement().execute("select 1");
			}
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> jdbc.execute("select 1"))
				.isNotInstanceOf(DataAccessResourceFailureException.class);
		}
		finally {
			for (Connection connection : held) {
				connection.close();
			}
		}
	}

	/**
	 * One write is served, one waits in vain, one is refused meanwhile.
	 */
	private static void waitForAPrimary() {
		FailoverManager manager = application.bean(FailoverManager.class);
		manager.maintenance("node-1");
		CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> jdbc.execute("select 1"));
		Awaitility.await().until(() -> manager.statistics().writes().waiting() == 1);
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> jdbc.execute("select 1"));
		assertThat(waiting).failsWithin(Duration.ofSeconds(5));
		CompletableFuture<Void> served = CompletableFuture.runAsync(() -> jdbc.execute("select 1"));
		Awaitility.await().until(() -> manager.statistics().writes().waiting() == 1);
		manager.resume("node-1");
		served.join();
		Awaitility.await()
			.until(() -> registry.get(NexsDbMeter.FAILOVER_DURATION.meterName())
				.tag("phase", "release")
				.timer()
				.count() > 0);
	}

	@AfterAll
	static void stop() {
		application.close();
		cluster.close();
	}

	@ParameterizedTest
	@EnumSource
	void meterWhenTheApplicationHasLivedIsFed(NexsDbMeter meter) {
		List<Meter> meters = List.copyOf(registry.find(meter.meterName()).meters());
		assertThat(meters).isNotEmpty();
		assertThat(meters).anyMatch(MeterTests::isFed);
	}

	@ParameterizedTest
	@EnumSource
	void meterWhenRegisteredIsAsDocumented(NexsDbMeter meter) {
		for (Meter registered : registry.find(meter.meterName()).meters()) {
			Meter.Id id = registered.getId();
			assertThat(id.getType()).isEqualTo(meter.type());
			assertThat(id.getDescription()).isEqualTo(meter.description());
			assertThat(id.getBaseUnit()).isEqualTo(meter.unit());
			assertThat(id.getTags()).extracting(Tag::getKey).containsExactlyInAnyOrderElementsOf(meter.tags());
		}
	}

	@Test
	void meterWhenOursIsInTheEnum() {
		Set<String> ours = registry.getMeters()
			.stream()
			.map((meter) -> meter.getId().getName())
			.filter((name) -> name.startsWith("db.") || name.startsWith("nexs."))
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(ours).containsExactlyInAnyOrderElementsOf(
				Arrays.stream(NexsDbMeter.values()).map(NexsDbMeter::meterName).collect(Collectors.toSet()));
	}

	@Test
	void prometheusWhenScrapedHasTheDocumentedNames() {
		String text = application.get("/actuator/prometheus");
		for (NexsDbMeter meter : NexsDbMeter.values()) {
			String name = meter.prometheusName() + ((meter.type() == Meter.Type.TIMER) ? "_count" : "");
			assertThat(text).containsPattern("(?m)^" + name + "[{ ]");
		}
		assertThat(text).containsPattern("db_query_duration_seconds_bucket\\{.*node=\"node-1\".*le=\"0.001\"")
			.containsPattern("db_query_duration_seconds_bucket\\{.*le=\"1.0\"")
			.doesNotContainPattern("db_query_duration_seconds_bucket\\{.*le=\"5.0\"")
			.containsPattern("db_errors_total\\{category=\"constraint\",node=\"node-1\",sqlstate=\"23\"\\} 2.0")
			.containsPattern("db_errors_total\\{category=\"connection-lost\",node=\"none\",sqlstate=\"08\"\\} [1-9]")
			.containsPattern("nexs_db_safety_findings_total\\{kind=\"server-deadlock\"\\} 1.0")
			.contains("hikaricp_connections_active{pool=\"nexs-db-node-2\"}");
	}

	@Test
	void certificateWhenTheServerShowsOneHasItsTime() {
		double left = registry.get("nexs.db.certificate.expiry").tag("node", "node-3").gauge().value();
		assertThat(left).isBetween(1.9 * 24 * 3600, 2.0 * 24 * 3600);
		assertThat(application.get("/actuator/health/db/node-3")).contains("\"certificateDaysLeft\":1");
	}

	@Test
	void poolWhenBorrowersHadToWaitIsLessEfficient() {
		double waits = registry.get("nexs.db.pool.waits").tag("node", "node-1").functionCounter().count();
		double efficiency = registry.get("nexs.db.pool.efficiency").tag("node", "node-1").gauge().value();
		assertThat(waits).isPositive();
		assertThat(efficiency).isStrictlyBetween(0.5, 1.0);
	}

	@Test
	void roleWhenANodeWasPromotedIsTheNewOne() {
		assertThat(gauge("nexs.db.node.role", "node-2", "primary")).isEqualTo(1);
		assertThat(gauge("nexs.db.node.role", "node-2", "replica")).isZero();
		assertThat(gauge("db.connections.idle", "node-2", "replica")).isZero();
		Awaitility.await().until(() -> gauge("db.connections.idle", "node-2", "primary") > 0);
	}

	@Test
	void documentationWhenComparedHasTheTableOfTheEnum() throws IOException {
		String table = Arrays.stream(NexsDbMeter.values()).map(MeterTests::row).collect(Collectors.joining("\n"));
		assertThat(Files.readString(DOCUMENTATION)).contains(table);
	}

	private static String row(NexsDbMeter meter) {
		String tags = meter.tags().stream().map((tag) -> "`" + tag + "`").collect(Collectors.joining(", "));
		return "| `%s` | `%s` | %s | %s | %s |".formatted(meter.prometheusName(), meter.meterName(),
				meter.type().name().toLowerCase(Locale.ROOT), tags, meter.description());
	}

	private static double gauge(String name, String node, String role) {
		return registry.get(name).tags("node", node, "role", role).gauge().value();
	}

	private static boolean isFed(Meter meter) {
		if (meter instanceof Timer timer) {
			return timer.count() > 0;
		}
		if (meter instanceof Counter counter) {
			return counter.count() > 0;
		}
		if (meter instanceof FunctionCounter counter) {
			return counter.count() > 0;
		}
		if (meter instanceof FunctionTimer timer) {
			return timer.count() > 0;
		}
		return meter instanceof Gauge gauge && !Double.isNaN(gauge.value());
	}

}
