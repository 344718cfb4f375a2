package io.nexs.postgres.safety;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.server.Deadlock;
import io.nexs.postgres.server.LockWait;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything that is looked for, staged on real servers and in this process.
 */
class SafetyMonitorTests {

	private static final String UPDATE = "update danger set id = id where 'planted' <> '' and id = ";

	private static EmbeddedCluster cluster;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(1).parameter("deadlock_timeout", "50ms").start();
		try (Connection connection = cluster.primary().connect(); Statement statement = connection.createStatement()) {
			statement.execute("create table danger (id int primary key)");
			statement.execute("insert into danger values (1), (2)");
			statement.execute("create role plain login");
			statement.execute("grant select, update on danger to plain");
		}
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	private static Watched watched() {
		return Watched.start(cluster, Watched.quick(StackPolicy.AFTER_FIRST));
	}

	private static int pid(Connection connection) throws SQLException {
		return connection.unwrap(PGConnection.class).getBackendPID();
	}

	@Test
	void deadlockWhenTheServerEndsATransactionIsFoundWithBothProcesses() throws SQLException {
		try (Watched watched = watched();
				Connection first = watched.connection();
				Connection second = watched.connection()) {
			List<Integer> pids = List.of(pid(first), pid(second));
			Deadlock.stage(first, second, UPDATE);
			SafetyEvent.ServerDeadlock event = watched.await(SafetyEvent.ServerDeadlock.class);
			assertThat(event.node()).isEqualTo("node-1");
			assertThat(event.ring()).extracting(DeadlockEdge::pid).containsExactlyInAnyOrderElementsOf(pids);
			assertThat(event.ring()).extracting(DeadlockEdge::blockedBy).containsExactlyInAnyOrderElementsOf(pids);
			assertThat(event.ring()).extracting(DeadlockEdge::lock).containsOnly("ShareLock on transaction");
			assertThat(event.describe()).doesNotContain("planted", "danger");
			assertThat(watched.safety().isHealthy()).isFalse();
			assertThat(watched.safety().report().momentary()).contains(event);
			assertThat(watched.safety().count(SafetyKind.SERVER_DEADLOCK)).isEqualTo(1);
		}
	}

	@Test
	void deadlockWhenABatchMeetsItIsFoundWithBothProcesses() throws SQLException {
		try (Watched watched = watched();
				Connection first = watched.connection();
				Connection second = watched.connection()) {
			first.setAutoCommit(false);
			second.setAutoCommit(false);
			first.createStatement().execute(UPDATE + "1");
			second.createStatement().execute(UPDATE + "2");
			CompletableFuture<SQLException> one = batch(first, UPDATE + "2");
			CompletableFuture<SQLException> other = batch(second, UPDATE + "1");
			assertThat(List.of(one.join() == null, other.join() == null)).containsExactlyInAnyOrder(true, false);
			assertThat(watched.await(SafetyEvent.ServerDeadlock.class).ring()).hasSize(2);
		}
	}

	private static CompletableFuture<SQLException> batch(Connection connection, String sql) {
		return CompletableFuture.supplyAsync(() -> {
			SQLException failure = null;
			try (Statement statement = connection.createStatement()) {
				statement.addBatch(sql);
				statement.executeBatch();
			}
			catch (SQLException ex) {
				failure = ex;
			}
			try {
				connection.rollback();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
			return failure;
		}, Deadlock.THREADS);
	}

	@Test
	void connectionWhenHeldTooLongIsFoundWithTheMethodThatHasIt() throws SQLException {
		try (Watched watched = watched()) {
			CountDownLatch release = new CountDownLatch(1);
			Thread first = new Thread(() -> takeAndKeep(watched, release), "the-holder");
			first.start();
			SafetyEvent.HeldTooLong now = watched.await(SafetyEvent.HeldTooLong.class);
			assertThat(now.taken()).isFalse();
			assertThat(now.thread()).isEqualTo("the-holder");
			assertThat(now.node()).isEqualTo("node-1");
			assertThat(now.held()).isBetween(Duration.ofMillis(400), Duration.ofSeconds(5));
			assertThat(now.stack()).anyMatch((frame) -> frame.getMethodName().equals("takeAndKeep"));
			assertThat(watched.safety().report().lasting()).containsExactly(now);
			release.countDown();
			Awaitility.await().until(() -> watched.safety().isHealthy());
			watched.events().clear();
			Connection kept = takenSomewhere(watched);
			try (kept) {
				SafetyEvent.HeldTooLong taken = watched.await(SafetyEvent.HeldTooLong.class);
				assertThat(taken.taken()).isTrue();
				assertThat(taken.stack().get(0).getClassName()).isEqualTo(Watched.class.getName());
				assertThat(taken.stack()).anyMatch((frame) -> frame.getMethodName().equals("takenSomewhere"));
				assertThat(taken.describe()).contains("takenSomewhere");
			}
			assertThat(watched.events()).hasSize(1);
		}
	}

	private static void takeAndKeep(Watched watched, CountDownLatch release) {
		try (Connection connection = watched.connection()) {
			Watched.ask(connection, "select 1");
			assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (SQLException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Connection takenSomewhere(Watched watched) throws SQLException {
		Connection connection = watched.connection();
		Watched.ask(connection, "select 1");
		return connection;
	}

	@Test
	void connectionWhenStacksAreAlwaysTakenHasThatOfTheFirstToo() throws SQLException {
		try (Watched watched = Watched.start(cluster, Watched.quick(StackPolicy.ALWAYS));
				Connection connection = takenSomewhere(watched)) {
			SafetyEvent.HeldTooLong event = watched.await(SafetyEvent.HeldTooLong.class);
			assertThat(event.backend()).isEqualTo(pid(connection));
			assertThat(event.taken()).isTrue();
			assertThat(event.stack()).anyMatch((frame) -> frame.getMethodName().equals("takenSomewhere"));
		}
	}

	@Test
	void connectionWhenStacksAreNeverTakenHasWhereItsThreadIs() throws SQLException {
		try (Watched watched = Watched.start(cluster, Watched.quick(StackPolicy.NEVER))) {
			for (int i = 0; i < 2; i++) {
				watched.events().clear();
				try (Connection connection = takenSomewhere(watched)) {
					SafetyEvent.HeldTooLong event = watched.await(SafetyEvent.HeldTooLong.class);
					assertThat(event.backend()).isEqualTo(pid(connection));
					assertThat(event.taken()).isFalse();
					assertThat(event.stack()).anyMatch((frame) -> frame.getMethodName()
						.equals("connectionWhenStacksAreNeverTakenHasWhereItsThreadIs"));
				}
			}
		}
	}

	@Test
	void connectionsWhenGivenBackAndTakenAgainAreNotHeld() throws SQLException {
		try (Watched watched = watched()) {
			long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
			while (System.nanoTime() - end < 0) {
				try (Connection connection = watched.connection()) {
					Watched.ask(connection, "select 1 from pg_sleep(0.01)");
				}
			}
			assertThat(watched.events()).isEmpty();
			assertThat(watched.safety().isHealthy()).isTrue();
		}
	}

	@Test
	void connectionWhenUsedByTwoThreadsAtOnceIsFound() throws Exception {
		try (Watched watched = watched(); Connection connection = watched.connection()) {
			connection.setAutoCommit(false);
			Watched.ask(connection, "select 1");
			Thread inside = new Thread(() -> sleepOn(connection), "the-first");
			inside.start();
			awaitActive();
			Watched.ask(connection, "select 2");
			SafetyEvent.ConcurrentUse event = watched.await(SafetyEvent.ConcurrentUse.class);
			assertThat(event.node()).isEqualTo("node-1");
			assertThat(event.inside()).isEqualTo("the-first");
			assertThat(event.second()).isEqualTo(Thread.currentThread().getName());
			assertThat(event.stack())
				.anyMatch((frame) -> frame.getMethodName().equals("connectionWhenUsedByTwoThreadsAtOnceIsFound"));
			inside.join(5000);
			connection.rollback();
		}
	}

	@Test
	void connectionWhenClosedWhileAnotherThreadIsInsideIsFound() throws SQLException {
		try (Watched watched = watched()) {
			Connection connection = watched.connection();
			Watched.ask(connection, "select 1");
			CompletableFuture<Void> inside = CompletableFuture.runAsync(() -> sleepOn(connection), Deadlock.THREADS);
			awaitActive();
			connection.close();
			watched.await(SafetyEvent.ConcurrentUse.class);
			inside.exceptionally((ex) -> null).join();
		}
	}

	@Test
	void connectionWhenCancelledOrHandedOverIsNotUsedByTwo() throws SQLException {
		try (Watched watched = watched(); Connection connection = watched.connection()) {
			try (Statement statement = connection.createStatement()) {
				CompletableFuture<SQLException> inside = CompletableFuture.supplyAsync(() -> {
					try {
						statement.execute("select pg_sleep(30)");
						return null;
					}
					catch (SQLException ex) {
						return ex;
					}
				}, Deadlock.THREADS);
				awaitActive();
				statement.cancel();
				assertThat(inside.join().getSQLState()).isEqualTo("57014");
			}
			Watched.ask(connection, "select 1");
			CompletableFuture.runAsync(() -> sleepOn(connection), Deadlock.THREADS).join();
			Watched.ask(connection, "select 1");
			assertThat(watched.safety().count(SafetyKind.CONCURRENT_USE)).isZero();
		}
	}

	private static void sleepOn(Connection connection) {
		try {
			Watched.ask(connection, "select 1 from pg_sleep(0.5)");
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void awaitActive() throws SQLException {
		try (Connection observer = cluster.primary().connect()) {
			Awaitility.await()
				.until(() -> Watched.ask(observer, "select count(*) from pg_stat_activity where state = 'active'"
						+ " and wait_event = 'PgSleep' and application_name = 'watched'") == 1);
		}
	}

	@Test
	void sessionWhenIdleInATransactionIsFoundUntilItEnds() throws SQLException {
		try (Watched watched = watched(); Connection foreign = cluster.primary().connect()) {
			foreign.setAutoCommit(false);
			Watched.ask(foreign, "select 1");
			try (Connection connection = watched.connection()) {
				connection.setAutoCommit(false);
				Watched.ask(connection, "select 1 where 'planted' <> ''");
				SafetyEvent.IdleInTransaction event = watched.await(SafetyEvent.IdleInTransaction.class);
				assertThat(event.backend()).isEqualTo(pid(connection));
				assertThat(event.idle()).isGreaterThanOrEqualTo(Duration.ofMillis(400));
				assertThat(event.transaction()).isGreaterThanOrEqualTo(event.idle());
				assertThat(event.describe()).doesNotContain("planted");
				assertThat(watched.safety().isHealthy()).isFalse();
				connection.rollback();
			}
			Awaitility.await().until(() -> watched.safety().isHealthy());
			assertThat(watched.safety().count(SafetyKind.IDLE_IN_TRANSACTION)).as("not those of others").isEqualTo(1);
		}
	}

	@Test
	void sessionsWhenBlockedAreFoundAsATree() throws SQLException {
		try (Watched watched = watched();
				Connection root = cluster.primary().connect();
				Connection middle = cluster.primary().connect();
				Connection leaf = cluster.primary().connect()) {
			root.setAutoCommit(false);
			middle.setAutoCommit(false);
			root.createStatement().execute(UPDATE + "1");
			middle.createStatement().execute(UPDATE + "2");
			CompletableFuture<Void> first = CompletableFuture.runAsync(() -> execute(middle, UPDATE + "1"),
					Deadlock.THREADS);
			CompletableFuture<Void> second = CompletableFuture.runAsync(() -> execute(leaf, UPDATE + "2"),
					Deadlock.THREADS);
			Awaitility.await()
				.until(() -> watched.servers().figures("node-1") != null
						&& watched.servers().figures("node-1").blocked() == 2);
			SafetyEvent.Blocked event = watched.await(SafetyEvent.Blocked.class);
			assertThat(event.roots()).containsExactly(pid(root));
			assertThat(event.waits()).extracting(LockWait::pid).containsExactlyInAnyOrder(pid(middle), pid(leaf));
			int last = pid(leaf);
			int between = pid(middle);
			assertThat(event.waits()).filteredOn((wait) -> wait.pid() == last)
				.singleElement()
				.satisfies((wait) -> assertThat(wait.blockedBy()).containsExactly(between));
			assertThat(event.sessions()).hasSize(3);
			assertThat(event.toString() + event.describe()).doesNotContain("planted", "danger");
			root.rollback();
			first.join();
			middle.rollback();
			second.join();
			Awaitility.await().until(() -> watched.safety().isHealthy());
			assertThat(watched.safety().count(SafetyKind.BLOCKED)).isEqualTo(1);
		}
	}

	private static void execute(Connection connection, String sql) {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void sessionsWhenTheRoleMayOnlyLogInAreItsOwn() throws SQLException {
		String dsn = cluster.dsn().replace("postgres://postgres@", "postgres://plain@");
		String url = cluster.primary().jdbcUrl().replaceAll("user=[^&]*", "user=plain");
		try (Watched watched = Watched.start(dsn, Watched.quick(StackPolicy.NEVER));
				Connection foreign = DriverManager.getConnection(url)) {
			foreign.setAutoCommit(false);
			foreign.createStatement().execute(UPDATE + "1");
			try (Connection connection = watched.connection()) {
				connection.setAutoCommit(false);
				Watched.ask(connection, "select 1");
				assertThat(watched.await(SafetyEvent.IdleInTransaction.class).backend()).isEqualTo(pid(connection));
			}
			try (Connection waiter = cluster.primary().connect()) {
				CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> execute(waiter, UPDATE + "1"),
						Deadlock.THREADS);
				assertThat(watched.await(SafetyEvent.Blocked.class).roots()).containsExactly(pid(foreign));
				foreign.rollback();
				waiting.join();
			}
		}
	}

	@Test
	void threadsWhenDeadlockedWithAConnectionAreFoundAndThoseWithoutAreNot() throws Exception {
		try (Watched watched = watched()) {
			LockedThreads without = LockedThreads.start(null);
			LockedThreads with = LockedThreads.start(watched);
			try {
				SafetyEvent.JvmDeadlock event = watched.await(SafetyEvent.JvmDeadlock.class);
				assertThat(event.threads()).extracting(SafetyEvent.WaitingThread::name)
					.containsExactlyInAnyOrder(with.names());
				assertThat(event.threads()).extracting(SafetyEvent.WaitingThread::holdsConnection)
					.containsExactlyInAnyOrder(true, false);
				assertThat(event.threads()).allSatisfy((thread) -> assertThat(thread.stack())
					.anyMatch((frame) -> frame.getClassName().equals(LockedThreads.class.getName())));
				assertThat(watched.safety().isHealthy()).isFalse();
			}
			finally {
				with.release();
				without.release();
			}
			Awaitility.await().until(() -> watched.safety().isHealthy());
			assertThat(watched.safety().count(SafetyKind.JVM_DEADLOCK)).isEqualTo(1);
		}
	}

	@Test
	void limitsWhenZeroFindNothing() throws SQLException {
		SafetySettings off = new SafetySettings(Duration.ofMillis(20), Duration.ZERO, StackPolicy.NEVER, Duration.ZERO,
				Duration.ZERO, Duration.ZERO);
		try (Watched watched = Watched.start(cluster, off);
				Connection root = watched.connection();
				Connection waiter = watched.connection()) {
			root.setAutoCommit(false);
			root.createStatement().execute(UPDATE + "1");
			CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> execute(waiter, UPDATE + "1"),
					Deadlock.THREADS);
			Awaitility.await()
				.until(() -> watched.servers()
					.figures("node-1")
					.waits()
					.stream()
					.anyMatch((wait) -> wait.waited().toMillis() > 600));
			assertThat(watched.events()).isEmpty();
			root.rollback();
			waiting.join();
		}
	}

	@Test
	void findingsWhenTheNodeIsGoneDoNotLast() throws SQLException {
		SafetySettings sessions = new SafetySettings(Duration.ofMillis(50), Duration.ZERO, StackPolicy.NEVER,
				Duration.ofMillis(400), Duration.ofMillis(400), Duration.ZERO);
		try (EmbeddedCluster lost = EmbeddedCluster.builder().replicas(0).start();
				Watched watched = Watched.start(lost, sessions);
				Connection connection = watched.connection()) {
			connection.setAutoCommit(false);
			Watched.ask(connection, "select 1");
			watched.await(SafetyEvent.IdleInTransaction.class);
			lost.node("node-1").kill();
			Awaitility.await().until(() -> watched.safety().isHealthy());
		}
	}

	@Test
	void monitorWhenStoppedHasNoThread() {
		Watched watched = watched();
		watched.close();
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.doesNotContain("nexs-db-safety", "nexs-db-server-node-1");
	}

	/**
	 * Two threads that want each other's lock, until they are interrupted.
	 */
	private static final class LockedThreads {

		private final ReentrantLock first = new ReentrantLock();

		private final ReentrantLock second = new ReentrantLock();

		private final CountDownLatch ready = new CountDownLatch(2);

		private final List<Thread> threads;

		private LockedThreads(Watched watched) {
			String name = (watched != null) ? "with" : "without";
			this.threads = List.of(new Thread(() -> takeConnection(watched), name + "-1"),
					new Thread(() -> lock(this.second, this.first), name + "-2"));
		}

		static LockedThreads start(Watched watched) {
			LockedThreads started = new LockedThreads(watched);
			started.threads.forEach(Thread::start);
			return started;
		}

		private void takeConnection(Watched watched) {
			if (watched == null) {
				lock(this.first, this.second);
				return;
			}
			try (Connection connection = watched.connection()) {
				Watched.ask(connection, "select 1");
				lock(this.first, this.second);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private void lock(ReentrantLock own, ReentrantLock other) {
			own.lock();
			try {
				this.ready.countDown();
				this.ready.await();
				other.lockInterruptibly();
				other.unlock();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			finally {
				own.unlock();
			}
		}

		String[] names() {
			return this.threads.stream().map(Thread::getName).toArray(String[]::new);
		}

		void release() throws InterruptedException {
			for (Thread thread : this.threads) {
				thread.interrupt();
				thread.join();
			}
		}

	}

}
