package io.nexs.postgres.server;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.pool.NodeConnector;
import io.nexs.postgres.pool.PoolSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Figures of real servers, compared with what the servers themselves say.
 */
class ServerMonitorTests {

	private static final Duration OFTEN = Duration.ofMillis(200);

	private static final Duration SELDOM = Duration.ofHours(1);

	private static EmbeddedCluster cluster;

	private static Servers servers;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(1).parameter("deadlock_timeout", "50ms").start();
		Servers.executeOn(cluster.primary(), "create table figure (id int primary key)",
				"insert into figure values (1), (2)", "create role plain login", "grant select on figure to plain",
				"select pg_create_physical_replication_slot('kept', true)");
		servers = Servers.start(cluster, OFTEN);
	}

	@AfterAll
	static void stop() {
		servers.close();
		cluster.close();
	}

	@Test
	void figuresWhenReadAreThoseOfTheServer() throws SQLException {
		for (EmbeddedNode node : cluster.nodes()) {
			ServerFigures figures = servers.await(node.id(), (any) -> true);
			try (Connection connection = node.connect()) {
				assertThat(figures.sessions().maxConnections())
					.isEqualTo(Servers.number(connection, "select current_setting('max_connections')::int"));
			}
			assertThat(figures.complete()).isTrue();
			assertThat(figures.cacheHitRatio()).isBetween(0.5, 1.0);
			assertThat(figures.upkeep().archiving()).isFalse();
			assertThat(figures.sessions().headroom()).isBetween(0.1, 0.999);
		}
		assertThat(servers.figures("node-1").upkeep().slots()).singleElement().satisfies((slot) -> {
			assertThat(slot.name()).isEqualTo("kept");
			assertThat(slot.active()).isFalse();
			assertThat(slot.retainedBytes()).isPositive();
		});
	}

	@Test
	void sessionsWhenOpenedAreCountedByState() throws SQLException {
		for (EmbeddedNode node : cluster.nodes()) {
			ServerFigures before = servers.await(node.id(),
					(figures) -> figures.sessions().in(SessionState.IDLE_IN_TRANSACTION) == 0);
			try (Connection first = node.connect(); Connection second = node.connect()) {
				first.setAutoCommit(false);
				Servers.number(first, "select 1");
				CompletableFuture<Void> busy = CompletableFuture.runAsync(() -> sleep(second), Deadlock.THREADS);
				ServerFigures after = servers.await(node.id(),
						(figures) -> figures.sessions().in(SessionState.IDLE_IN_TRANSACTION) == 1
								&& figures.sessions().in(SessionState.ACTIVE) == 1
								&& figures.oldestTransaction().toMillis() > 300);
				assertThat(after.sessions().connections()).isGreaterThanOrEqualTo(before.sessions().connections() + 2);
				second.unwrap(org.postgresql.PGConnection.class).cancelQuery();
				busy.join();
			}
			servers.await(node.id(), (figures) -> figures.sessions().in(SessionState.IDLE_IN_TRANSACTION) == 0
					&& figures.oldestTransaction().isZero());
		}
	}

	private static void sleep(Connection connection) {
		try {
			Servers.execute(connection, "select pg_sleep(60)");
		}
		catch (SQLException ex) {
			assertThat(ex.getSQLState()).isEqualTo("57014");
		}
	}

	@Test
	void sessionsWhenTheyWaitForALockAreATree() throws SQLException {
		try (Connection holder = cluster.primary().connect();
				Connection first = cluster.primary().connect();
				Connection second = cluster.primary().connect()) {
			holder.setAutoCommit(false);
			Servers.execute(holder, "update figure set id = id where id = 1");
			List<CompletableFuture<Void>> waiting = List.of(update(first), update(second));
			ServerFigures figures = servers.await("node-1",
					(any) -> any.blocked() == 2 && any.waits().get(1).waited().toMillis() > 100);
			int root = pid(holder);
			assertThat(figures.waits()).extracting(LockWait::pid).containsExactlyInAnyOrder(pid(first), pid(second));
			assertThat(figures.waits()).anySatisfy((wait) -> assertThat(wait.blockedBy()).containsExactly(root));
			assertThat(figures.waits()).allSatisfy((wait) -> assertThat(wait.lock()).endsWith("Lock"));
			assertThat(figures.involved()).filteredOn((session) -> session.pid() == root)
				.singleElement()
				.satisfies((session) -> assertThat(session.state()).isEqualTo(SessionState.IDLE_IN_TRANSACTION));
			holder.rollback();
			waiting.forEach(CompletableFuture::join);
			servers.await("node-1", (any) -> any.blocked() == 0 && any.waits().isEmpty());
		}
	}

	private static int pid(Connection connection) throws SQLException {
		return connection.unwrap(org.postgresql.PGConnection.class).getBackendPID();
	}

	private static CompletableFuture<Void> update(Connection connection) {
		return CompletableFuture.runAsync(() -> {
			try {
				Servers.execute(connection, "update figure set id = id where id = 1");
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}, Deadlock.THREADS);
	}

	@Test
	void deadlocksWhenTheServerCountsThemAreCounted() throws SQLException {
		servers.await("node-1", (any) -> true);
		long before = servers.monitor().deadlocks("node-1");
		try (Connection first = cluster.primary().connect(); Connection second = cluster.primary().connect()) {
			Deadlock.stage(first, second, "update figure set id = id where id = ");
		}
		Awaitility.await().until(() -> servers.monitor().deadlocks("node-1") == before + 1);
		assertThat(servers.monitor().deadlocks("node-2")).isZero();
	}

	@Test
	void roleWhenItMayOnlyLogInGetsWhatItMaySee() throws SQLException {
		String dsn = cluster.dsn().replace("postgres://postgres@", "postgres://plain@");
		try (Servers own = Servers.start(dsn, OFTEN); Connection foreign = cluster.primary().connect()) {
			foreign.setAutoCommit(false);
			Servers.execute(foreign, "update figure set id = id where id = 1");
			String url = cluster.primary().jdbcUrl().replaceAll("user=[^&]*", "user=plain");
			try (Connection connection = DriverManager.getConnection(url)) {
				connection.setAutoCommit(false);
				Servers.number(connection, "select 1");
				ServerFigures figures = own.await("node-1",
						(any) -> any.sessions().in(SessionState.IDLE_IN_TRANSACTION) == 1);
				assertThat(figures.complete()).isFalse();
				assertThat(figures.sessions().in(SessionState.OTHER)).isPositive();
				assertThat(figures.sessions().maxConnections()).isPositive();
				assertThat(figures.sessions().connections()).isGreaterThan(3);
				assertThat(figures.cacheHitRatio()).isBetween(0.0, 1.0);
				assertThat(figures.upkeep().slots()).hasSize(1);
				assertThat(figures.oldestTransaction()).isPositive();
			}
			try (Connection waiter = cluster.primary().connect()) {
				CompletableFuture<Void> waiting = update(waiter);
				ServerFigures figures = own.await("node-1", (any) -> any.blocked() == 1);
				assertThat(figures.waits()).singleElement()
					.satisfies((wait) -> assertThat(wait.blockedBy()).containsExactly(pid(foreign)));
				foreign.rollback();
				waiting.join();
			}
			assertThat(own.await("node-2", (any) -> true).complete()).isFalse();
		}
	}

	/**
	 * As a role that may log in and nothing else. The primary writes on for a standby
	 * that is not there, and no session is left waiting for it.
	 */
	@Test
	void primaryWhenAskedToCommitTellsWhetherItDoes() throws SQLException {
		String dsn = cluster.dsn().replace("postgres://postgres@", "postgres://plain@");
		ServerSettings writing = ServerSettings.every(OFTEN).withWriteProbe(true);
		try (Servers own = Servers.start(dsn, writing); Connection connection = cluster.primary().connect()) {
			WriteCheck well = own.await("node-1", (any) -> any.write() != null).write();
			assertThat(well).isNotNull();
			assertThat(well.problem()).isNull();
			assertThat(well.took()).isPositive();
			assertThat(own.await("node-2", (any) -> true).write()).isNull();
			Servers.execute(connection, "alter system set synchronous_standby_names = 'nobody'",
					"select pg_reload_conf()");
			own.await("node-1", (any) -> any.write() != null
					&& "a write was not committed within 500 ms".equals(any.write().problem()));
			Instant first = Instant.now();
			own.await("node-1", (any) -> any.readAt().isAfter(first.plus(writing.writeLimit().multipliedBy(2))));
			assertThat(Servers.number(connection, "select count(*) from pg_stat_activity where wait_event = 'SyncRep'"))
				.isLessThanOrEqualTo(1);
			Servers.execute(connection, "alter system reset synchronous_standby_names", "select pg_reload_conf()");
			own.await("node-1", (any) -> any.write() != null && any.write().problem() == null);
			own.postgres().monitor().maintenance("node-1", true);
			own.await("node-1", (any) -> any.write() == null);
		}
	}

	@Test
	void figuresWhenANodeHangsOrDiesAreUnknownAndThoseOfOthersGoOn() {
		try (EmbeddedCluster lost = EmbeddedCluster.builder().replicas(2).start();
				Servers watching = Servers.start(lost, OFTEN)) {
			lost.nodes().forEach((node) -> watching.await(node.id(), (any) -> true));
			lost.node("node-3").freeze();
			lost.node("node-2").kill();
			Awaitility.await()
				.until(() -> watching.monitor().figures("node-2") == null
						&& watching.monitor().figures("node-3") == null);
			ServerFigures then = watching.figures("node-1");
			watching.await("node-1", (figures) -> figures.readAt().isAfter(then.readAt().plusMillis(500)));
			lost.node("node-3").thaw();
			lost.node("node-2").start();
			watching.await("node-3", (any) -> true);
			watching.await("node-2", (any) -> true);
		}
	}

	@Test
	void figuresWhenTheNodeIsGoneAreNotThoseOfTheIntervalBefore() {
		try (EmbeddedCluster lost = EmbeddedCluster.builder().replicas(1).start();
				Servers watching = Servers.start(lost, SELDOM)) {
			watching.await("node-2", (any) -> true);
			lost.node("node-2").kill();
			Awaitility.await().until(() -> watching.monitor().figures("node-2") == null);
			Instant gone = Instant.now();
			lost.node("node-2").start();
			assertThat(watching.await("node-2", (any) -> true).readAt()).isAfter(gone);
			assertThat(watching.figures("node-1").readAt()).isBefore(gone);
		}
	}

	@Test
	void figuresWhenTheirSessionIsEndedAreReadOnAnother() throws SQLException {
		Queue<String> lost = new ConcurrentLinkedQueue<>();
		try (Servers own = Servers.start(cluster, OFTEN); Connection connection = cluster.primary().connect()) {
			own.monitor().addListener(new ServerListener() {

				@Override
				public void read(ServerFigures figures) {
					// That is asked of the monitor
				}

				@Override
				public void lost(String node) {
					lost.add(node);
				}

			});
			Instant before = own.await("node-1", (any) -> true).readAt();
			assertThat(Servers.number(connection, "select count(pg_terminate_backend(pid)) from pg_stat_activity"
					+ " where application_name = 'nexs-db-server'"))
				.isPositive();
			own.await("node-1", (figures) -> figures.readAt().isAfter(before.plusMillis(800)));
			assertThat(lost).isEmpty();
		}
	}

	@Test
	void monitorWhenStoppedHasNoConnectionAndCanBeStartedAgain() throws SQLException {
		String sessions = "select count(*) from pg_stat_activity where application_name = 'nexs-db-server'";
		try (Servers own = Servers.start(cluster, SELDOM); Connection connection = cluster.primary().connect()) {
			own.await("node-1", (any) -> true);
			int before = Servers.number(connection, sessions);
			own.monitor().stop();
			assertThat(own.monitor().figures("node-1")).isNull();
			assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
				.filteredOn((name) -> name.equals("nexs-db-server-node-1"))
				.hasSize(1);
			Awaitility.await().until(() -> Servers.number(connection, sessions) == before - 1);
			own.monitor().start();
			own.await("node-1", (any) -> true);
		}
	}

	@Test
	void monitorWhenStoppedWhileANodeHangsDoesNotWaitForIt() {
		try (EmbeddedCluster hanging = EmbeddedCluster.builder().replicas(0).start();
				Servers own = Servers.start(hanging, SELDOM)) {
			own.await("node-1", (any) -> true);
			EmbeddedNode node = hanging.primary();
			node.freeze();
			ServerMonitor late = new ServerMonitor(own.postgres().monitor(), new NodeConnector(PoolSettings.defaults()),
					ServerSettings.every(SELDOM));
			late.start();
			Awaitility.await().until(() -> isConnecting());
			long start = System.nanoTime();
			late.stop();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
			assertThat(isConnecting()).isFalse();
			node.thaw();
		}
	}

	private static boolean isConnecting() {
		return Thread.getAllStackTraces()
			.values()
			.stream()
			.flatMap(Arrays::stream)
			.anyMatch((frame) -> frame.getClassName().equals(FigureSession.class.getName())
					&& frame.getMethodName().equals("connect"));
	}

}
