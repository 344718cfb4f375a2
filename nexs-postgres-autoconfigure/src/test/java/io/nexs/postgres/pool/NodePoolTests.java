package io.nexs.postgres.pool;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.ServerInstance;
import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link NodePool}, {@link NodeDataSource} and {@link NodeConnector}.
 */
class NodePoolTests {

	private static EmbeddedCluster cluster;

	private final List<SQLException> failures = new CopyOnWriteArrayList<>();

	@BeforeAll
	static void start() {
		cluster = EmbeddedCluster.builder().replicas(0).start();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	private static EmbeddedNode server() {
		return cluster.node("node-1");
	}

	private static Node node() {
		return new Node("node-1", PostgresDsn.parse(server().dsn()), 1, null, Set.of());
	}

	private NodePool pool(PoolSettings settings) {
		return new NodePool(node(), settings, new NodeConnector(settings), new NodeTraffic() {

			@Override
			public void failed(String nodeId, SQLException failure) {
				NodePoolTests.this.failures.add(failure);
			}

			@Override
			public void connected(String nodeId, ServerInstance server) {
				// Compares nothing
			}

		});
	}

	@Test
	void connectionWhenNodeWasDownComesSoonAfterItIsBack() throws Exception {
		try (NodePool pool = pool(PoolSettings.defaults())) {
			pool.giveBack(pool.borrow(5000));
			Awaitility.await().until(() -> pool.snapshot().idle() == 2);
			pool.markDown();
			server().kill();
			pool.empty();
			Awaitility.await().until(() -> pool.snapshot().total() == 0);
			CompletableFuture<Long> waiting = CompletableFuture.supplyAsync(() -> {
				try {
					Connection connection = pool.borrow(30_000);
					long got = System.nanoTime();
					pool.giveBack(connection);
					return got;
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			});
			Awaitility.await().until(() -> pool.snapshot().waiting() == 1);
			server().start();
			long up = System.nanoTime();
			pool.markUp();
			long took = TimeUnit.NANOSECONDS.toMillis(waiting.get(30, TimeUnit.SECONDS) - up);
			assertThat(took).as("HikariCP alone would back off for seconds").isLessThan(1000);
			assertThat(this.failures).as("while the node is known down nothing is tried").isEmpty();
		}
	}

	@Test
	void closeReleasesAParkedAdder() {
		NodePool pool = pool(PoolSettings.defaults());
		pool.markDown();
		assertThatExceptionOfType(SQLTransientConnectionException.class).isThrownBy(() -> pool.borrow(300));
		long start = System.nanoTime();
		pool.close();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
		Awaitility.await()
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().startsWith("nexs-db-node-1")));
	}

	/**
	 * HikariCP alone would keep them until their time is up.
	 */
	@Test
	void waitForAConnectionThatIsBeingOpenedEndsWhenTheWaitingAreWoken() throws Exception {
		server().freeze();
		try (NodePool pool = pool(PoolSettings.defaults())) {
			int turn = pool.turn();
			CompletableFuture<Boolean> none = CompletableFuture.supplyAsync(() -> isNoneLent(pool, turn));
			Awaitility.await().until(() -> pool.snapshot().waiting() == 1);
			pool.wakeWaiting();
			assertThat(none.get(5, TimeUnit.SECONDS)).isTrue();
			assertThat(isNoneLent(pool, turn)).as("whoever comes too late for the call").isTrue();
			assertThat(pool.lent()).isZero();
		}
		finally {
			server().thaw();
		}
	}

	private static boolean isNoneLent(NodePool pool, int turn) {
		try {
			return pool.borrow(turn, 60_000, 60_000) == null;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The limit of a login is twice as long.
	 */
	@Test
	void abortAndCloseEndAnAttemptToConnectToAServerThatStandsStill() {
		server().freeze();
		NodePool pool = pool(PoolSettings.defaults());
		try {
			awaitAttempt(0);
			pool.abort();
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !this.failures.isEmpty());
			pool.answered(Instant.now().plusMillis(1));
			awaitAttempt(1);
			pool.close();
			Awaitility.await()
				.atMost(Duration.ofSeconds(5))
				.until(() -> Thread.getAllStackTraces()
					.keySet()
					.stream()
					.noneMatch((thread) -> thread.getName().startsWith("nexs-db-node-1")));
		}
		finally {
			pool.close();
			server().thaw();
		}
	}

	/**
	 * Waits until a thread of the pool waits for an answer to its login.
	 */
	private void awaitAttempt(int failures) {
		Awaitility.await()
			.until(() -> this.failures.size() == failures && Thread.getAllStackTraces()
				.entrySet()
				.stream()
				.filter((entry) -> entry.getKey().getName().startsWith("nexs-db-node-1"))
				.anyMatch((entry) -> Stream.of(entry.getValue())
					.anyMatch((frame) -> frame.getClassName().equals("org.postgresql.core.PGStream"))));
	}

	@Test
	void abortReleasesAThreadInsideACall() throws Exception {
		try (NodePool pool = pool(PoolSettings.defaults())) {
			Connection connection = pool.borrow(5000);
			CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> {
				try (Statement statement = connection.createStatement()) {
					statement.execute("select pg_sleep(60)");
					return "no failure";
				}
				catch (SQLException ex) {
					return String.valueOf(ex.getSQLState());
				}
			});
			Awaitility.await().until(NodePoolTests::someoneSleeps);
			pool.abort();
			assertThat(call.get(5, TimeUnit.SECONDS)).startsWith("08");
			pool.giveBack(connection);
			Awaitility.await().until(() -> pool.snapshot().active() == 0);
			pool.giveBack(pool.borrow(5000));
		}
	}

	private static boolean someoneSleeps() throws SQLException {
		try (Connection connection = server().connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(
						"select count(*) from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'")) {
			rows.next();
			return rows.getInt(1) > 0;
		}
	}

	@Test
	void idleConnectionIsLentAtOnceAndNothingIsWaitedFor() throws Exception {
		try (NodePool pool = pool(PoolSettings.defaults().withMaxConns(1))) {
			Connection only = pool.borrow(5000);
			assertThat(pool.borrowIdle(true)).isNull();
			assertThat(pool.lent()).isEqualTo(1);
			pool.giveBack(only);
			Connection again = pool.borrowIdle(true);
			assertThat(again).isNotNull();
			assertThat(pool.snapshot().acquired()).isEqualTo(2);
			pool.giveBack(again);
			assertThat(pool.lent()).isZero();
		}
	}

	/**
	 * HikariCP does not take an interval as long as the life of a connection.
	 */
	@ParameterizedTest
	@CsvSource({ "keepaliveTime, 0", "maxLifetime, 60000" })
	void idleConnectionWhenHikariKeepsNoneAliveIsTried(String property, String value) throws Exception {
		try (NodePool pool = pool(PoolSettings.defaults().withMaxConns(1).withHikari(Map.of(property, value)))) {
			pool.giveBack(pool.borrow(5000));
			Awaitility.await().pollDelay(Duration.ofMillis(600)).until(() -> true);
			Connection connection = pool.borrowIdle(true);
			assertThat(connection).isNotNull();
			assertThat(pool.isUntried(connection)).isFalse();
			pool.giveBack(connection);
		}
	}

	@Test
	void connectionThatIsNotOpenYetIsNotLentAtOnce() throws Exception {
		try (NodePool pool = pool(PoolSettings.defaults().withMaxConns(1).withHikari(Map.of("minimumIdle", "0")))) {
			assertThat(pool.borrowIdle(false)).isNull();
			assertThat(pool.lent()).isZero();
			assertThat(pool.snapshot().acquired()).isZero();
			pool.giveBack(pool.borrow(5000));
			assertThat(pool.snapshot().acquired()).isEqualTo(1);
		}
	}

	@Test
	void drainWaitsForWhatIsLent() throws Exception {
		try (NodePool pool = pool(PoolSettings.defaults())) {
			Connection connection = pool.borrow(5000);
			assertThat(pool.drain(Duration.ofMillis(50))).isFalse();
			CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> {
				try {
					return pool.drain(Duration.ofSeconds(30));
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			});
			pool.giveBack(connection);
			assertThat(drained.get(5, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void sessionWhenItIsEndedByTheServerIsEvictedAndReported() throws SQLException {
		try (NodePool pool = pool(PoolSettings.defaults())) {
			Connection connection = pool.borrow(5000);
			try (Statement statement = connection.createStatement()) {
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.execute("select pg_terminate_backend(pg_backend_pid())"));
			}
			assertThat(connection.isClosed()).isTrue();
			pool.giveBack(connection);
			assertThat(this.failures).extracting(SQLException::getSQLState).contains("57P01");
		}
	}

	@Test
	void frozenServerEndsTheLoginInTime() throws SQLException {
		PoolSettings settings = PoolSettings.defaults()
			.withTimeouts(new PoolSettings.Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(1),
					Duration.ofSeconds(1), Duration.ofMinutes(5)));
		server().freeze();
		try {
			long start = System.nanoTime();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> new NodeConnector(settings).open(node()));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
		}
		finally {
			server().thaw();
		}
		try (Connection connection = new NodeConnector(settings).open(node())) {
			assertThat(connection.getNetworkTimeout()).as("the limit of statements is the longer one")
				.isEqualTo(300_000);
		}
	}

	@Test
	void warmUpOpensWhatIsWantedAndRunsTheQueries() throws InterruptedException, SQLException {
		try (NodePool pool = pool(PoolSettings.defaults())) {
			WarmUp warmUp = new WarmUp(3, List.of("select 1", "create table if not exists warm (id int)"),
					Duration.ofSeconds(10));
			WarmUp.Result result = warmUp.run(List.of(pool));
			assertThat(result.opened()).isEqualTo(3);
			assertThat(result.failures()).isEmpty();
			assertThat(pool.snapshot().created()).isGreaterThanOrEqualTo(3);
			assertThat(pool.lent()).isZero();
			assertThat(new WarmUp(1, List.of("select no_such_column"), Duration.ofSeconds(10)).run(List.of(pool))
				.failures()).singleElement().asString().startsWith("node-1: ");
		}
	}

	@Test
	void idleConnectionsWhenTheirNumberIsRaisedAreOpenedAfterAConnectionIsClosed() throws SQLException {
		try (NodePool pool = pool(PoolSettings.defaults())) {
			pool.giveBack(pool.borrow(5000));
			pool.hikari().getHikariConfigMXBean().setMinimumIdle(6);
			pool.empty();
			Awaitility.await().until(() -> pool.snapshot().idle() == 6);
		}
	}

	@Test
	void driverPropertiesAreOursThenTheDsnsThenTheUsers() {
		Node node = new Node("n", PostgresDsn.parse("postgres://u:p%40ss@h:1/d?connectTimeout=7&socketTimeout=70"), 1,
				null, Set.of());
		PoolSettings settings = PoolSettings.defaults().withDriverProperties(Map.of("socketTimeout", "9"));
		assertThat(DriverProperties.forNode(node, settings)).containsEntry("connectTimeout", "7")
			.containsEntry("socketTimeout", "9")
			.containsEntry("tcpKeepAlive", "true")
			.containsEntry("reWriteBatchedInserts", "true")
			.containsEntry("user", "u")
			.containsEntry("password", "p@ss");
	}

	@Test
	void parametersOfTheDsnGiveWayToDriverPropertiesAndToTheLimitsOfAProbe() throws SQLException {
		PostgresDsn dsn = PostgresDsn.parse(cluster.primary().dsn() + "?socketTimeout=55&application_name=of-the-dsn");
		Node node = new Node("n", dsn, 1, null, Set.of());
		PoolSettings settings = PoolSettings.defaults()
			.withDriverProperties(Map.of("ApplicationName", "of-the-properties"));
		NodeConnector connector = new NodeConnector(settings);
		try (Connection connection = connector.open(node)) {
			assertThat(connection.getClientInfo("ApplicationName")).isEqualTo("of-the-properties");
			assertThat(connection.getNetworkTimeout()).isEqualTo(55_000);
		}
		try (Connection probe = connector.open(node, Duration.ofSeconds(1))) {
			assertThat(probe.getNetworkTimeout()).isEqualTo(1000);
			assertThat(probe.getClientInfo("ApplicationName")).isEqualTo("nexs-db-probe");
		}
	}

	@Test
	void silenceOfTheServerWhenItsLimitIsZeroHasNone() throws Exception {
		PoolSettings.Timeouts limits = PoolSettings.Timeouts.defaults();
		try (NodePool pool = pool(PoolSettings.defaults()
			.withTimeouts(
					new PoolSettings.Timeouts(limits.acquire(), limits.connect(), limits.login(), Duration.ZERO)))) {
			Connection connection = pool.borrow(5000);
			assertThat(connection.getNetworkTimeout()).isZero();
			pool.giveBack(connection);
			Connection again = pool.borrow(5000);
			assertThat(again.getNetworkTimeout()).as("after it was lent before").isZero();
			pool.giveBack(again);
		}
	}

	@Test
	void everyLimitIsFiniteByDefault() {
		Node node = new Node("n", PostgresDsn.parse("postgres://h/d"), 1, null, Set.of());
		assertThat(DriverProperties.forNode(node, PoolSettings.defaults())).containsEntry("connectTimeout", "5")
			.containsEntry("socketTimeout", "300")
			.containsEntry("cancelSignalTimeout", "5");
	}

	@Test
	void settingsShowNoSecret() {
		PoolSettings settings = PoolSettings.defaults().withDriverProperties(Map.of("sslpassword", "planted"));
		assertThat(settings.toString()).doesNotContain("planted").contains("sslpassword");
	}

	/**
	 * Without an answer the next attempt comes after a second.
	 */
	@Test
	void connectionThatCameNotAboutIsTriedAgainOnceAProbeIsAnswered() {
		server().stop();
		try (NodePool pool = pool(PoolSettings.defaults().withMaxConns(1))) {
			Awaitility.await().until(() -> !this.failures.isEmpty());
			pool.answered(Instant.now().plusMillis(1));
			Awaitility.await().atMost(Duration.ofMillis(900)).until(() -> this.failures.size() > 1);
		}
		finally {
			server().start();
		}
	}

	/**
	 * HikariCP asks the first connection for its isolation level, takes a connection that
	 * is lost just then for a driver that does not know, and would set the level -1 on
	 * all that follow.
	 */
	@Test
	void poolWhoseFirstConnectionDiesWhileItIsSetUpOpensTheNext() throws SQLException {
		AtomicInteger opened = new AtomicInteger();
		NodeTraffic traffic = new NodeTraffic() {

			@Override
			public void failed(String nodeId, SQLException failure) {
				NodePoolTests.this.failures.add(failure);
			}

			@Override
			public void connected(String nodeId, ServerInstance server) {
				if (opened.incrementAndGet() == 1) {
					server().relay().reset();
				}
			}

		};
		PoolSettings settings = PoolSettings.defaults().withMaxConns(1);
		try (NodePool pool = new NodePool(node(), settings, new NodeConnector(settings), traffic)) {
			Connection connection = pool.borrow(5000);
			assertThat(connection.isValid(1)).isTrue();
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
			pool.giveBack(connection);
		}
	}

	@Test
	void isolationLevelThatAStatementChangedIsTold() throws SQLException {
		try (NodePool pool = pool(PoolSettings.defaults().withMaxConns(1))) {
			Connection connection = pool.borrow(5000);
			try (Statement statement = connection.createStatement()) {
				statement.execute("set session characteristics as transaction isolation level serializable");
			}
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
			pool.evict(connection);
			pool.giveBack(connection);
		}
	}

	/**
	 * The server lets us in and is silent after that.
	 */
	@Test
	void serverThatIsSilentRightAfterTheLoginHoldsUpThePoolNoLongerThanALogin() throws SQLException {
		try (Connection admin = server().connect(); Statement statement = admin.createStatement()) {
			statement.execute("create role silent login");
			statement.execute("create function public.pg_postmaster_start_time() returns timestamptz language sql as"
					+ " 'select clock_timestamp() from pg_catalog.pg_sleep(30)'");
			statement.execute("alter role silent set search_path = public, pg_catalog");
		}
		PoolSettings settings = PoolSettings.defaults()
			.withTimeouts(new PoolSettings.Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(1),
					Duration.ofSeconds(1), Duration.ofMinutes(5)));
		Node silent = new Node("silent", PostgresDsn.parse(server().dsn().replace("postgres@", "silent@")));
		long start = System.nanoTime();
		try (NodePool pool = new NodePool(silent, settings, new NodeConnector(settings), new NodeTraffic() {

			@Override
			public void failed(String nodeId, SQLException failure) {
				NodePoolTests.this.failures.add(failure);
			}

			@Override
			public void connected(String nodeId, ServerInstance server) {
			}

		})) {
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !this.failures.isEmpty());
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
			assertThat(pool.snapshot().created()).isZero();
		}
	}

	@Test
	void connectionOnItsWayWhileAllAreAbortedIsAbortedToo() throws Exception {
		AtomicReference<NodePool> pool = new AtomicReference<>();
		AtomicInteger opened = new AtomicInteger();
		NodeTraffic traffic = new NodeTraffic() {

			@Override
			public void failed(String nodeId, SQLException failure) {
				NodePoolTests.this.failures.add(failure);
			}

			@Override
			public void connected(String nodeId, ServerInstance server) {
				Awaitility.await().until(() -> pool.get() != null);
				if (opened.incrementAndGet() == 1) {
					pool.get().abort();
				}
			}

		};
		PoolSettings settings = PoolSettings.defaults().withMaxConns(1);
		try (NodePool aborting = new NodePool(node(), settings, new NodeConnector(settings), traffic)) {
			pool.set(aborting);
			Connection connection = aborting.borrow(20_000);
			assertThat(opened).hasValue(2);
			assertThat(connection.isValid(1)).isTrue();
			aborting.giveBack(connection);
		}
	}

}
