package io.nexs.postgres.routing;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.PoolSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.jdbc.PgStatement;
import org.postgresql.util.PGobject;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a handle does after something went wrong on it, and in unusual orders of calls.
 */
class RouteFaultTests {

	private static EmbeddedCluster cluster;

	private static NexsPostgres postgres;

	private static int primary;

	private static Set<Integer> replicas;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(2).start();
		postgres = RoutingFixture.start(cluster,
				(builder) -> builder.monitor(RoutingFixture.quick()).pool(PoolSettings.defaults().withMaxConns(4)));
		primary = cluster.primary().directPort();
		replicas = Set.of(cluster.node("node-2").directPort(), cluster.node("node-3").directPort());
		RoutingFixture.execute(postgres, "create table item (id int, name text)");
		RoutingFixture.execute(postgres, "create schema other");
	}

	@AfterAll
	static void stop() {
		postgres.close();
		cluster.close();
	}

	@BeforeEach
	void clean() throws SQLException {
		RoutingFixture.awaitHealthy(postgres);
		postgres.pools().all().forEach(NodePool::empty);
		RoutingFixture.execute(postgres, "truncate item");
	}

	@AfterEach
	void nothingIsLent() {
		assertThat(postgres.pools().all()).extracting(NodePool::lent).containsOnly(0);
	}

	private static Connection open() {
		return postgres.dataSource().getConnection();
	}

	private static NexsPostgres with(UnaryOperator<RoutingCollaborators> change) {
		return RoutingFixture.start(cluster,
				(builder) -> builder.monitor(RoutingFixture.quick())
					.pool(PoolSettings.defaults().withMaxConns(1))
					.routing(RoutingSettings.defaults().withAcquireTimeout(Duration.ofMillis(1500)))
					.collaborators(change));
	}

	private static void killAllSessions() throws SQLException {
		for (EmbeddedNode node : cluster.nodes()) {
			try (Connection connection = node.connect(); Statement statement = connection.createStatement()) {
				statement.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
						+ " and backend_type = 'client backend' and application_name <> 'nexs-db-probe'");
			}
		}
	}

	private static String text(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			rows.next();
			return rows.getString(1);
		}
	}

	private static String onPrimary(String sql) throws SQLException {
		try (Connection connection = cluster.primary().connect(); Statement statement = connection.createStatement()) {
			if (!statement.execute(sql)) {
				return "";
			}
			statement.getResultSet().next();
			return statement.getResultSet().getString(1);
		}
	}

	private static int count() throws SQLException {
		return Integer.parseInt(onPrimary("select count(*) from item"));
	}

	@Test
	void schemaWhenTheHandleIsClosedInATransactionDoesNotStayInThePool() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			connection.setSchema("other");
			assertThat(text(connection, "show search_path")).contains("other");
			connection.commit();
		}
		for (int i = 0; i < 12; i++) {
			try (Connection connection = open()) {
				assertThat(text(connection, "show search_path")).doesNotContain("other");
			}
		}
	}

	@Test
	void workOnTheDriversConnectionWhenTheHandleIsClosedIsRolledBack() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.unwrap(PgConnection.class).createStatement()) {
				statement.executeUpdate("insert into item values (1, 'a')");
			}
		}
		assertThat(count()).isZero();
	}

	@Test
	void workOnTheDriversStatementEndsWithTheTransaction() throws SQLException {
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.unwrap(PgStatement.class).executeUpdate("insert into item values (1, 'a')");
			connection.rollback();
			connection.setAutoCommit(true);
			assertThat(count()).isZero();
			connection.setAutoCommit(false);
			statement.unwrap(PgStatement.class).executeUpdate("insert into item values (2, 'b')");
			connection.commit();
			assertThat(count()).isEqualTo(1);
		}
	}

	@Test
	void autoCommitStatementOnThePrimaryIsNotRepeatedEvenIfMarkedReadOnly() throws SQLException {
		ReadRouting.onPrimary(() -> {
			try (Connection connection = open(); Statement statement = connection.createStatement()) {
				connection.setReadOnly(true);
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.execute("do $$ begin insert into item values (1, 'a'); commit;"
							+ " perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(1); end $$"));
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
			return null;
		});
		assertThat(count()).isEqualTo(1);
	}

	@Test
	void rollbackWhenTheConnectionDiedWhileRowsWereReadSucceeds() throws SQLException {
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.setFetchSize(1);
			try (ResultSet rows = statement.executeQuery("select generate_series(1, 100000)")) {
				rows.next();
				killAllSessions();
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> {
					while (rows.next()) {
						assertThat(rows.getInt(1)).isPositive();
					}
				});
			}
			connection.rollback();
			connection.setAutoCommit(true);
			assertThat(RoutingFixture.port(statement)).isEqualTo(primary);
		}
	}

	@Test
	void autoCommitWriteAfterOneConnectionDiedFindsTheOthersOut() throws SQLException {
		NodePool pool = postgres.pools().of("node-1");
		Awaitility.await().until(() -> pool.snapshot().idle() >= 2);
		try (Connection first = open(); Connection second = open(); Connection third = open()) {
			first.setAutoCommit(false);
			assertThat(RoutingFixture.port(first)).isEqualTo(primary);
			assertThat(RoutingFixture.port(second)).isEqualTo(primary);
			assertThat(RoutingFixture.port(third)).isEqualTo(primary);
			killAllSessions();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> RoutingFixture.port(first));
		}
		for (int i = 0; i < 3; i++) {
			RoutingFixture.execute(postgres, "insert into item values (1)");
		}
	}

	@Test
	void settingsWhenThePooledConnectionDiedAreSaidToAnother() throws SQLException {
		RoutingFixture.writePort(postgres);
		killAllSessions();
		try (Connection connection = open()) {
			connection.setSchema("other");
			connection.setAutoCommit(false);
			assertThat(text(connection, "show search_path")).contains("other");
			connection.rollback();
		}
	}

	@Test
	void transactionWhenItsFirstStatementCouldNotBeRepeatedIsOver() throws Exception {
		try (NexsPostgres own = with((defaults) -> defaults);
				Connection connection = own.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			try (PreparedStatement insert = connection.prepareStatement("insert into item values (1, 'a')")) {
				cluster.node("node-1").kill();
				assertThatExceptionOfType(SQLException.class).isThrownBy(insert::executeUpdate);
			}
			finally {
				cluster.node("node-1").start();
			}
			RoutingFixture.awaitHealthy(own);
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.executeUpdate("insert into item values (2, 'b')"))
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("08003"));
			assertThatExceptionOfType(SQLTransactionRollbackException.class).isThrownBy(connection::commit);
			statement.executeUpdate("insert into item values (3, 'c')");
			connection.commit();
			assertThat(own.pools().of("node-1").lent()).isEqualTo(1);
		}
		assertThat(onPrimary("select string_agg(name, ',') from item")).isEqualTo("c");
	}

	@Test
	void transactionWhenItsCommitFailedIsNotCommittedBySwitchingAutoCommitOn() throws SQLException {
		CommitProtocol failing = (transaction) -> {
			throw new SQLException("refused", "42501");
		};
		try (NexsPostgres own = with((defaults) -> defaults.withCommit(failing));
				Connection connection = own.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("insert into item values (1, 'a')");
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit);
			connection.setAutoCommit(true);
		}
		assertThat(count()).isZero();
	}

	@Test
	void statementWhenThePreludeFailedIsNotSaidWithoutIt() throws SQLException {
		AtomicBoolean ready = new AtomicBoolean();
		Prelude prelude = (isolation) -> {
			if (!ready.get()) {
				throw new IllegalStateException("not ready");
			}
			return "set local search_path to other";
		};
		try (NexsPostgres own = with((defaults) -> defaults.withPrelude(prelude));
				Connection connection = own.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			assertThatIllegalStateException().isThrownBy(() -> text(connection, "show search_path"));
			ready.set(true);
			assertThat(text(connection, "show search_path")).isEqualTo("other");
			connection.rollback();
		}
	}

	@Test
	void writeWhenTheGateReturnsWithoutAPrimaryEndsWithItsTime() throws Exception {
		WriteGate open = () -> () -> {
		};
		try (NexsPostgres own = with((defaults) -> defaults.withGate(open))) {
			own.monitor().maintenance("node-1", true);
			RoutingFixture.awaitStatus(own, "node-1", NodeStatus.MAINTENANCE);
			CompletableFuture<Integer> write = CompletableFuture.supplyAsync(() -> write(own));
			try {
				assertThat(write).failsWithin(Duration.ofSeconds(5))
					.withThrowableThat()
					.withRootCauseInstanceOf(NoNodeException.class);
			}
			finally {
				own.monitor().maintenance("node-1", false);
			}
		}
	}

	private static int write(NexsPostgres postgres) {
		try {
			return RoutingFixture.writePort(postgres);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void writeWhenThePrimaryChangesWhileItWaitsForThePoolDoesNotGoToTheOldOne() throws Exception {
		try (NexsPostgres own = RoutingFixture.start(cluster,
				(builder) -> builder.monitor(RoutingFixture.quick()).pool(PoolSettings.defaults().withMaxConns(1)))) {
			Connection held = own.dataSource().getConnection();
			RoutingFixture.port(held);
			CompletableFuture<Integer> write = CompletableFuture.supplyAsync(() -> write(own));
			Awaitility.await().until(() -> own.pools().of("node-1").snapshot().waiting() == 1);
			own.monitor().maintenance("node-1", true);
			RoutingFixture.awaitStatus(own, "node-1", NodeStatus.MAINTENANCE);
			held.close();
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> write.get(500, TimeUnit.MILLISECONDS));
			own.monitor().maintenance("node-1", false);
			assertThat(write.get(10, TimeUnit.SECONDS)).isEqualTo(primary);
		}
	}

	@Test
	void readOnlyTransactionWhenSerializableGoesToThePrimary() throws SQLException {
		try (Connection connection = open()) {
			connection.setReadOnly(true);
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setAutoCommit(false);
			assertThat(RoutingFixture.port(connection)).isEqualTo(primary);
			assertThat(text(connection, "show transaction_read_only")).isEqualTo("on");
			connection.commit();
		}
	}

	@Test
	void parametersWhenTheirObjectsChangeAfterwardsAreRepeatedAsTheyWere() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (PreparedStatement insert = connection
				.prepareStatement("insert into item values (1, convert_from(?, 'UTF8'))")) {
				byte[] buffer = new byte[1];
				for (String name : new String[] { "a", "b", "c" }) {
					System.arraycopy(name.getBytes(StandardCharsets.UTF_8), 0, buffer, 0, 1);
					insert.setBytes(1, buffer);
					insert.addBatch();
				}
				killAllSessions();
				insert.executeBatch();
			}
			connection.commit();
		}
		assertThat(onPrimary("select string_agg(name, ',' order by name) from item")).isEqualTo("a,b,c");
	}

	@Test
	void valuesOfTheDriverWhenTheyChangeAfterwardsAreRepeatedAsTheyWere() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (PreparedStatement insert = connection.prepareStatement("insert into item values (1, ?::json::text)")) {
				PGobject json = new PGobject();
				json.setType("json");
				for (String value : new String[] { "1", "2" }) {
					json.setValue(value);
					insert.setObject(1, json);
					insert.addBatch();
				}
				killAllSessions();
				insert.executeBatch();
			}
			connection.commit();
		}
		assertThat(onPrimary("select string_agg(name, ',' order by name) from item")).isEqualTo("1,2");
	}

	@Test
	void preparedStatementWhenItsTransactionWasLostTakesNewParameters() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			RoutingFixture.port(connection);
			try (PreparedStatement statement = connection.prepareStatement("select inet_server_port() + ?")) {
				statement.setInt(1, 0);
				killAllSessions();
				assertThatExceptionOfType(SQLException.class).isThrownBy(statement::executeQuery);
				connection.rollback();
				statement.setInt(1, 1);
				assertThat(first(statement)).isEqualTo(primary + 1);
				connection.commit();
			}
		}
	}

	@Test
	void preparedStatementWhenTheHandleMovedTakesNewParameters() throws SQLException {
		try (Connection connection = open()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			try (PreparedStatement statement = connection.prepareStatement("select inet_server_port() + ?")) {
				statement.setInt(1, 0);
				assertThat(first(statement)).isIn(replicas);
				connection.commit();
				connection.setReadOnly(false);
				assertThat(RoutingFixture.port(connection)).isEqualTo(primary);
				statement.setInt(1, 1);
				assertThat(first(statement)).isEqualTo(primary + 1);
				connection.commit();
				connection.setReadOnly(true);
				assertThat(RoutingFixture.port(connection)).isIn(replicas);
				statement.clearParameters();
				statement.setInt(1, 2);
				assertThat(first(statement) - 2).isIn(replicas);
				connection.commit();
			}
		}
	}

	private static int first(PreparedStatement statement) throws SQLException {
		try (ResultSet rows = statement.executeQuery()) {
			rows.next();
			return rows.getInt(1);
		}
	}

	@Test
	void statementWhenItCouldNotBeMadeAgainWhollyIsMadeAgainAtTheNextCall() throws SQLException {
		try (RoutedConnection connection = (RoutedConnection) open();
				RoutedStatement<Statement> statement = new RoutedStatement<>(connection, "",
						(made, text) -> made.createStatement())) {
			connection.setAutoCommit(false);
			AtomicBoolean failing = new AtomicBoolean();
			statement.set("setting", (made) -> {
				if (failing.get()) {
					throw new SQLException("not now", "XX000");
				}
				made.setMaxRows(1);
			});
			connection.setReadOnly(true);
			failing.set(true);
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.execute("select generate_series(1, 3)"))
				.withMessage("not now");
			failing.set(false);
			assertThat(rows(statement)).isEqualTo(1);
			connection.rollback();
		}
	}

	private static int rows(Statement statement) throws SQLException {
		try (ResultSet rows = statement.executeQuery("select generate_series(1, 3)")) {
			int count = 0;
			while (rows.next()) {
				count++;
			}
			return count;
		}
	}

	@Test
	void writeAfterABlockOfReadsInTheSameScopeGoesToThePrimary() {
		TransactionTemplate supports = new TransactionTemplate(new JdbcTransactionManager(postgres.dataSource()));
		supports.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
		JdbcTemplate jdbc = new JdbcTemplate(postgres.dataSource());
		supports.executeWithoutResult((status) -> {
			assertThat(ReadRouting.onReplica(() -> jdbc.queryForObject("select inet_server_port()", Integer.class)))
				.isIn(replicas);
			assertThat(jdbc.queryForObject("select inet_server_port()", Integer.class)).isEqualTo(primary);
		});
	}

	@Test
	void nodeWhenDrainedGetsNoWorkAndHoldsNoConnection() throws Exception {
		ReplicaManager manager = new ReplicaManager(postgres.monitor(), postgres.pools());
		int port = cluster.node("node-2").directPort();
		try {
			assertThat(manager.drain("node-2", Duration.ofSeconds(5))).isTrue();
			for (int i = 0; i < 20; i++) {
				assertThat(RoutingFixture.readPort(postgres)).isNotEqualTo(port);
			}
			Awaitility.await()
				.during(Duration.ofMillis(300))
				.until(() -> postgres.pools().of("node-2").snapshot().total() == 0);
		}
		finally {
			manager.resume("node-2");
		}
	}

	@Test
	void fallbacksWhenManyReadersComeAtOnceAreNoMoreThanAllowed() throws Exception {
		RoutingSettings limited = new RoutingSettings(ReadPreference.SECONDARY_PREFERRED, null, 2,
				Duration.ofSeconds(20), true);
		try (NexsPostgres own = RoutingFixture.start(cluster,
				(builder) -> builder.monitor(RoutingFixture.quick()).routing(limited))) {
			own.monitor().maintenance("node-2", true);
			own.monitor().maintenance("node-3", true);
			AtomicInteger now = new AtomicInteger();
			AtomicInteger most = new AtomicInteger();
			CyclicBarrier barrier = new CyclicBarrier(8);
			List<CompletableFuture<Void>> readers = Stream.generate(() -> CompletableFuture.runAsync(() -> {
				try (Connection connection = own.dataSource().getConnection()) {
					connection.setReadOnly(true);
					connection.setAutoCommit(false);
					barrier.await();
					RoutingFixture.port(connection);
					most.accumulateAndGet(now.incrementAndGet(), Math::max);
					text(connection, "select pg_sleep(0.1)");
					now.decrementAndGet();
					connection.commit();
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			}, (task) -> new Thread(task).start())).limit(8).toList();
			for (CompletableFuture<Void> reader : readers) {
				reader.get(30, TimeUnit.SECONDS);
			}
			assertThat(most.get()).isBetween(1, 2);
			assertThat(own.pools().of("node-1").lent()).isZero();
		}
	}

	@Test
	void isolationWhenTheDefaultsOfTheNodesDifferIsTheOneAskedFor() throws SQLException {
		onPrimary("alter system set default_transaction_isolation = 'repeatable read'");
		try {
			onPrimary("select pg_reload_conf()");
			try (NexsPostgres own = with((defaults) -> defaults);
					Connection connection = own.dataSource().getConnection()) {
				connection.setReadOnly(true);
				connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
				connection.setAutoCommit(false);
				assertThat(text(connection, "show transaction_isolation")).isEqualTo("repeatable read");
				connection.rollback();
			}
		}
		finally {
			onPrimary("alter system reset default_transaction_isolation");
			onPrimary("select pg_reload_conf()");
		}
	}

	/**
	 * The connection is closed from outside, which the handle does not know.
	 */
	private static void abortAll() throws InterruptedException {
		postgres.pools().pause(Duration.ofSeconds(5));
		postgres.pools().resume();
	}

	@Test
	void statementMadeAfterTheConnectionDiedInATransactionSaysThatItIsRolledBack() throws Exception {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.executeUpdate("insert into item values (1)");
			}
			abortAll();
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::createStatement)
				.satisfies((ex) -> assertThat(FailureContext.of(ex)).get()
					.extracting(FailureContext::effect)
					.isEqualTo(FailureEffect.ROLLED_BACK));
			connection.rollback();
		}
		assertThat(count()).isZero();
	}

	@Test
	void statementMadeAfterTheConnectionDiedUnusedIsMadeOnAnother() throws Exception {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (Statement unused = connection.createStatement()) {
				assertThat(unused.isClosed()).isFalse();
				abortAll();
				try (Statement statement = connection.createStatement()) {
					statement.executeUpdate("insert into item values (1)");
				}
			}
			connection.commit();
		}
		assertThat(count()).isOne();
	}

}
