package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.nexs.postgres.cluster.ConnectionLimits;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.pool.AdaptivePoolSizer;
import io.nexs.postgres.pool.AdaptiveSettings;
import io.nexs.postgres.pool.ConnectionBudget;
import io.nexs.postgres.pool.NodeBudget;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.PoolBounds;
import io.nexs.postgres.pool.PoolResized;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.pool.StatementSample;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Pools whose bounds change while they work, the budget, and what a pool says in its
 * start-up packet, on one server.
 */
class PoolControlTests {

	private static final String NODE = "node-1";

	private static EmbeddedCluster cluster;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(0).start();
		RoutingFixture.executeOn(cluster.primary(), "create role limited login connection limit 9",
				"create role plain login", "create database narrow connection limit 7");
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	private static NexsPostgres postgres(int max) {
		return RoutingFixture.start(cluster, (builder) -> builder.pool(PoolSettings.defaults().withMaxConns(max)));
	}

	private static List<Connection> lend(NodePool pool, int count) throws SQLException {
		List<Connection> lent = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			lent.add(pool.borrow(5000));
		}
		return lent;
	}

	private static void giveBack(NodePool pool, List<Connection> lent) throws SQLException {
		for (Connection connection : lent) {
			pool.giveBack(connection);
		}
	}

	@Test
	void maximumWhenRaisedLetsThoseInWhoWait() throws Exception {
		try (NexsPostgres postgres = postgres(1)) {
			NodePool pool = postgres.pools().of(NODE);
			List<Connection> lent = lend(pool, 1);
			List<CompletableFuture<Connection>> waiting = new ArrayList<>();
			for (int i = 0; i < 2; i++) {
				waiting.add(CompletableFuture.supplyAsync(() -> {
					try {
						return pool.borrow(20_000);
					}
					catch (SQLException ex) {
						throw new IllegalStateException(ex);
					}
				}, (task) -> new Thread(task).start()));
			}
			Awaitility.await().until(() -> pool.snapshot().waiting() == 2);
			postgres.control().change(NODE, RoutingChange.NONE.withMaxConns(3));
			for (CompletableFuture<Connection> wait : waiting) {
				lent.add(wait.get(5, TimeUnit.SECONDS));
			}
			assertThat(pool.lent()).isEqualTo(3);
			giveBack(pool, lent);
		}
	}

	@Test
	void maximumWhenLoweredClosesWhatIsTooMuchAtOnceAndWhenItComesBack() throws SQLException {
		try (NexsPostgres postgres = postgres(6)) {
			NodePool pool = postgres.pools().of(NODE);
			List<Connection> lent = lend(pool, 6);
			pool.giveBack(lent.remove(0));
			pool.giveBack(lent.remove(0));
			postgres.control().change(RoutingChange.NONE.withMaxConns(3));
			assertThat(pool.snapshot().total()).isEqualTo(4);
			assertThat(pool.bounds()).isEqualTo(new PoolBounds(2, 3));
			assertThat(pool.isFull()).isTrue();
			giveBack(pool, lent);
			assertThat(pool.snapshot().total()).isEqualTo(3);
			assertThat(pool.lent()).isZero();
			Awaitility.await().until(() -> sessions() == 3);
			assertThat(pool.configuredBounds()).isEqualTo(new PoolBounds(2, 6));
			giveBack(pool, lend(pool, 3));
			postgres.control().reset();
			assertThat(pool.bounds()).isEqualTo(new PoolBounds(2, 6));
			giveBack(pool, lend(pool, 6));
		}
	}

	private static int sessions() {
		return RoutingFixture.question(cluster.primary(),
				"select count(*) from pg_stat_activity where application_name = 'PostgreSQL JDBC Driver'"
						+ " and pid <> pg_backend_pid()");
	}

	@Test
	void boundsThatCannotBeAreRefusedAndChangeNothing() {
		try (NexsPostgres postgres = postgres(4)) {
			RoutingControl control = postgres.control();
			assertThatIllegalArgumentException()
				.isThrownBy(
						() -> control.change(RoutingChange.NONE.withMaxConns(0).withPreference(ReadPreference.PRIMARY)))
				.withMessage("A pool needs room for at least 1 connection, not 0");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> control.change(NODE, RoutingChange.NONE.withMinConns(5)))
				.withMessage("A pool of 4 connections at most keeps between 0 and 4 idle, not 5");
			assertThat(control.rules()).isEqualTo(control.configured());
			assertThat(postgres.pools().of(NODE).resizes()).isZero();
		}
	}

	@Test
	void sizerUnderLoadGrowsAtOnceAndShrinksAfterwardsWithinWhatIsAffordable() throws Exception {
		try (NexsPostgres postgres = postgres(2)) {
			NodePool pool = postgres.pools().of(NODE);
			Queue<PoolResized> events = new ConcurrentLinkedQueue<>();
			postgres.pools().addListener(events::add);
			AdaptivePoolSizer sizer = new AdaptivePoolSizer(postgres.pools(), (node) -> 6,
					new AdaptiveSettings(2, 50, Duration.ofMillis(20), 0.5, Duration.ofMillis(100)));
			sizer.start();
			assertThatExceptionOfType(OperationRefusedException.class)
				.isThrownBy(() -> postgres.control().change(RoutingChange.NONE.withMaxConns(9)))
				.withMessageContaining("nexs.db.pool.adaptive.enabled");
			AtomicBoolean stopped = new AtomicBoolean();
			List<CompletableFuture<Void>> work = new ArrayList<>();
			for (int i = 0; i < 12; i++) {
				work.add(CompletableFuture.runAsync(() -> work(postgres, stopped), (task) -> new Thread(task).start()));
			}
			Awaitility.await().until(() -> pool.bounds().max() == 6 && pool.snapshot().total() == 6);
			stopped.set(true);
			work.forEach(CompletableFuture::join);
			Awaitility.await().until(() -> pool.bounds().max() == 2 && pool.snapshot().total() == 2);
			sizer.stop();
			assertThat(events).hasSize((int) pool.resizes())
				.extracting((event) -> event.after().max())
				.contains(6, 5, 4, 3, 2)
				.allMatch((max) -> max <= 6);
			assertThat(events.element().reason()).endsWith("waited for one");
			Awaitility.await()
				.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
					.doesNotContain("nexs-db-pool-sizer"));
			postgres.control().change(RoutingChange.NONE.withMaxConns(9));
			assertThat(pool.bounds().max()).isEqualTo(9);
		}
	}

	@Test
	void minimumWhenOrderedWhileTheMaximumFollowsTheLoadIsKeptUntilItIsTakenBack() {
		try (NexsPostgres postgres = postgres(10)) {
			NodePool pool = postgres.pools().of(NODE);
			AdaptivePoolSizer sizer = new AdaptivePoolSizer(postgres.pools(), (node) -> 50,
					new AdaptiveSettings(2, 10, Duration.ofMillis(10), 0.5, Duration.ofMillis(20)));
			sizer.start();
			Awaitility.await().until(() -> pool.bounds().max() == 2);
			postgres.control().change(RoutingChange.NONE.withMinConns(5));
			Queue<PoolBounds> seen = new ConcurrentLinkedQueue<>();
			Awaitility.await().during(Duration.ofMillis(300)).until(() -> seen.add(pool.bounds()));
			assertThat(seen).containsOnly(new PoolBounds(5, 5));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> postgres.control().change(RoutingChange.NONE.withMinConns(11)));
			postgres.control().reset();
			Awaitility.await().until(() -> pool.bounds().equals(new PoolBounds(2, 2)));
			sizer.stop();
		}
	}

	@Test
	void orderWhenAListenerFailsIsCarriedOutAsAWhole() {
		try (NexsPostgres postgres = postgres(4)) {
			postgres.control().addListener((event) -> {
				throw new IllegalStateException("told of the rules");
			});
			postgres.pools().addListener((event) -> {
				throw new IllegalStateException("told of the bounds");
			});
			Queue<PoolResized> events = new ConcurrentLinkedQueue<>();
			postgres.pools().addListener(events::add);
			postgres.control().change(RoutingChange.NONE.withMaxConns(3).withPreference(ReadPreference.NEAREST));
			assertThat(postgres.control().rules().preference()).isEqualTo(ReadPreference.NEAREST);
			assertThat(pool(postgres).bounds()).isEqualTo(new PoolBounds(2, 3));
			assertThat(events).hasSize(1);
		}
	}

	private static NodePool pool(NexsPostgres postgres) {
		return postgres.pools().of(NODE);
	}

	@Test
	void connectionThatDiedInAPoolThatIsTooLargeIsGivenBackWithoutAnError() throws SQLException {
		try (NexsPostgres postgres = postgres(3)) {
			NodePool pool = pool(postgres);
			List<Connection> lent = lend(pool, 3);
			postgres.control().change(RoutingChange.NONE.withMaxConns(1));
			try (Statement statement = lent.get(0).createStatement()) {
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.execute("select pg_terminate_backend(pg_backend_pid())"));
			}
			assertThat(lent.get(0).isClosed()).isTrue();
			giveBack(pool, lent);
			assertThat(pool.snapshot().total()).isEqualTo(1);
			assertThat(pool.lent()).isZero();
		}
	}

	private static void work(NexsPostgres postgres, AtomicBoolean stopped) {
		while (!stopped.get()) {
			try {
				RoutingFixture.execute(postgres, "select pg_sleep(0.02)");
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	@Test
	void limitsAreThoseOfTheRoleTheDatabaseAndTheServer() {
		int max = RoutingFixture.question(cluster.primary(), "select current_setting('max_connections')::int");
		assertThat(budget("postgres", "postgres").limits()).isEqualTo(ConnectionLimits.of(max));
		assertThat(budget("plain", "postgres").limits()).isEqualTo(new ConnectionLimits(max, 3, -1, -1));
		assertThat(budget("limited", "postgres").limits()).isEqualTo(new ConnectionLimits(max, 3, 9, -1));
		NodeBudget narrow = budget("limited", "narrow");
		assertThat(narrow.limits()).isEqualTo(new ConnectionLimits(max, 3, 9, 7));
		assertThat(narrow.isExceeded()).isTrue();
		assertThat(narrow.largestPool()).isEqualTo(5);
	}

	private static NodeBudget budget(String role, String database) {
		String dsn = "postgres://" + role + "@127.0.0.1:" + cluster.primary().port() + "/" + database;
		try (NexsPostgres postgres = NexsPostgres.of(dsn).start()) {
			RoutingFixture.awaitHealthy(postgres);
			NodeBudget budget = new ConnectionBudget(postgres.pools(), postgres.monitor()::topology, 1, 2).of(NODE);
			assertThat(budget).isNotNull();
			return budget;
		}
	}

	@Test
	void sampleWhenAStatementWasPreparedCountsItsPlans() throws SQLException {
		try (NexsPostgres postgres = RoutingFixture.start(cluster,
				(builder) -> builder.pool(PoolSettings.defaults()
					.withMaxConns(1)
					.withDriverProperties(Map.of("prepareThreshold", "2", "options", "-c work_mem=5MB"))
					.withSessionParameters(Map.of("plan_cache_mode", "force_generic_plan"))))) {
			NodePool pool = postgres.pools().of(NODE);
			assertThat(setting(postgres, "work_mem")).isEqualTo("5MB");
			assertThat(setting(postgres, "plan_cache_mode")).isEqualTo("force_generic_plan");
			try (Connection connection = postgres.dataSource().getConnection();
					PreparedStatement statement = connection.prepareStatement("select ?::int")) {
				for (int i = 0; i < 4; i++) {
					statement.setInt(1, i);
					statement.executeQuery().close();
				}
			}
			StatementSample sample = StatementSample.of(pool);
			assertThat(sample).isEqualTo(new StatementSample(1, 0, 3, 0));
			Connection lent = pool.borrow(5000);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> StatementSample.of(pool))
				.withMessage("No connection to node-1 is idle");
			pool.giveBack(lent);
		}
	}

	@Test
	void sampleWhenTheServerIsSilentFailsSoonAndItsLimitIsTakenBack() throws SQLException {
		try (NexsPostgres postgres = postgres(1)) {
			NodePool pool = pool(postgres);
			Connection before = pool.borrow(5000);
			int limit = before.getNetworkTimeout();
			pool.giveBack(before);
			assertThat(StatementSample.of(pool).fromSql()).isZero();
			Connection after = pool.borrow(5000);
			assertThat(after.getNetworkTimeout()).isEqualTo(limit);
			pool.giveBack(after);
			EmbeddedNode server = cluster.primary();
			server.freeze();
			try {
				long start = System.nanoTime();
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> StatementSample.of(pool));
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
			}
			finally {
				server.thaw();
			}
		}
	}

	private static String setting(NexsPostgres postgres, String name) throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("show " + name)) {
			row.next();
			return row.getString(1);
		}
	}

}
