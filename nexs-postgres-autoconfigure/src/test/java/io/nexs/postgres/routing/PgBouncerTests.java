package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.pool.Pooler;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A PgBouncer with transaction pooling in front of each node, with fewer connections to
 * the server than clients.
 */
@EnabledIf(value = "io.nexs.postgres.routing.PgBouncer#isInstalled", disabledReason = "pgbouncer is not installed")
class PgBouncerTests {

	private static final int THREADS = 20;

	private static final int TRANSACTIONS = 50;

	private static final List<PgBouncer> bouncers = new ArrayList<>();

	private static EmbeddedCluster cluster;

	private static NexsPostgres postgres;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().start();
		cluster.nodes().forEach((node) -> bouncers.add(PgBouncer.before(node)));
		PoolSettings pool = PoolSettings.defaults().withMaxConns(THREADS).withPooler(Pooler.PGBOUNCER);
		postgres = NexsPostgres.of(dsn(bouncers)).pool(pool).monitor(RoutingFixture.quick()).start();
		RoutingFixture.awaitHealthy(postgres);
		RoutingFixture.execute(postgres, "create table entry (id serial primary key, writer int, text text)");
	}

	private static String dsn(List<PgBouncer> poolers) {
		return "postgres://postgres@" + poolers.stream().map(PgBouncer::address).collect(Collectors.joining(","))
				+ "/postgres";
	}

	@AfterAll
	static void stop() {
		postgres.close();
		bouncers.forEach(PgBouncer::close);
		cluster.close();
	}

	@Test
	void transactionsReachTheNodeOfTheirRole() throws SQLException {
		Set<Integer> readers = new TreeSet<>();
		for (int i = 0; i < 10; i++) {
			readers.add(RoutingFixture.readPort(postgres));
			assertThat(RoutingFixture.writePort(postgres)).isEqualTo(RoutingFixture.primaryPort(cluster));
		}
		assertThat(readers)
			.containsExactlyInAnyOrderElementsOf(cluster.replicas().stream().map(EmbeddedNode::directPort).toList());
		assertThat(postgres.monitor().topology().nodes()).extracting(NodeState::role)
			.containsExactly(NodeRole.PRIMARY, NodeRole.REPLICA, NodeRole.REPLICA);
	}

	@Test
	void preparedStatementsOfManyClientsShareFewServerConnections() throws Exception {
		Queue<String> failures = new ConcurrentLinkedQueue<>();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			int writer = i;
			Thread thread = new Thread(() -> work(writer, failures), "client-" + i);
			thread.start();
			threads.add(thread);
		}
		for (Thread thread : threads) {
			thread.join(60_000);
		}
		assertThat(failures).isEmpty();
		assertThat(count("select count(*) from entry where text = 'work'")).isEqualTo(THREADS * TRANSACTIONS);
		assertThat(serverConnections()).isLessThanOrEqualTo(PgBouncer.SERVER_CONNECTIONS);
		assertThat(postgres.monitor().topology().nodes()).noneMatch(NodeState::endpoint);
	}

	private static void work(int writer, Queue<String> failures) {
		for (int i = 0; i < TRANSACTIONS; i++) {
			try (Connection connection = postgres.dataSource().getConnection()) {
				connection.setAutoCommit(false);
				try (PreparedStatement insert = connection
					.prepareStatement("insert into entry (writer, text) values (?, ?)")) {
					insert.setInt(1, writer);
					insert.setString(2, "work");
					insert.executeUpdate();
				}
				connection.commit();
				connection.setReadOnly(true);
				try (PreparedStatement query = connection.prepareStatement("select ?::int, pg_is_in_recovery()")) {
					query.setInt(1, writer);
					expect(query, writer);
				}
				connection.commit();
			}
			catch (SQLException ex) {
				failures.add(ex.getSQLState() + " " + ex.getMessage());
			}
		}
	}

	private static void expect(PreparedStatement query, int writer) throws SQLException {
		try (ResultSet row = query.executeQuery()) {
			row.next();
			if (row.getInt(1) != writer || !row.getBoolean(2)) {
				throw new SQLException("Answer to somebody else, or of the primary");
			}
		}
	}

	/**
	 * Connections PgBouncer holds to the primary, asked without it.
	 */
	private static int serverConnections() throws SQLException {
		try (Connection connection = cluster.primary().connect(); Statement statement = connection.createStatement()) {
			return integer(statement, "select count(*) from pg_stat_activity where backend_type = 'client backend'"
					+ " and pid <> pg_backend_pid() and client_addr is not null");
		}
	}

	@Test
	void isolationEndsWithItsTransaction() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				assertThat(text(statement, "show transaction_isolation")).isEqualTo("repeatable read");
				int before = integer(statement, "select count(*) from entry");
				RoutingFixture.execute(postgres, "insert into entry (writer, text) values (0, 'isolation')");
				assertThat(integer(statement, "select count(*) from entry")).isEqualTo(before);
			}
			connection.commit();
		}
		for (int i = 0; i < 2 * PgBouncer.SERVER_CONNECTIONS; i++) {
			try (Connection connection = postgres.dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				assertThat(text(statement, "show transaction_isolation")).isEqualTo("read committed");
				assertThat(text(statement, "show default_transaction_isolation")).isEqualTo("read committed");
				assertThat(text(statement, "show default_transaction_read_only")).isEqualTo("off");
			}
		}
	}

	@Test
	void batchGivesKeys() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			for (int round = 0; round < 12; round++) {
				try (PreparedStatement insert = connection.prepareStatement(
						"insert into entry (writer, text) values (?, 'batch')", Statement.RETURN_GENERATED_KEYS)) {
					for (int i = 0; i < 5; i++) {
						insert.setInt(1, i);
						insert.addBatch();
					}
					assertThat(insert.executeBatch()).hasSize(5);
					assertThat(rows(insert.getGeneratedKeys())).isEqualTo(5);
				}
				connection.commit();
			}
		}
		assertThat(count("select count(*) from entry where text = 'batch'")).isEqualTo(60);
	}

	@Test
	void cursorOutlivesFetchesWithinATransaction() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			for (int i = 0; i < 6; i++) {
				try (PreparedStatement query = connection.prepareStatement("select generate_series(1, ?)")) {
					query.setFetchSize(10);
					query.setInt(1, 105);
					assertThat(rows(query.executeQuery())).isEqualTo(105);
				}
			}
			connection.commit();
		}
	}

	@Test
	void statementWhenOutOfTimeIsCancelledAndTheConnectionGoesOn() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.setQueryTimeout(1);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("select pg_sleep(30)"))
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("57014"));
			assertThat(text(statement, "select 'on'")).isEqualTo("on");
		}
	}

	@Test
	void sessionStateWhenSetThroughTheHandleIsRefused() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection()) {
			assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
				.isThrownBy(() -> connection.setSchema("pg_catalog"))
				.withMessageContaining("PgBouncer");
			assertThatExceptionOfType(SQLClientInfoException.class)
				.isThrownBy(() -> connection.setClientInfo("ApplicationName", "one"))
				.withMessageContaining("PgBouncer");
			connection.setNetworkTimeout(Runnable::run, 5000);
			connection.setCatalog("postgres");
			assertThat(connection.getSchema()).isEqualTo("public");
			try (Statement statement = connection.createStatement()) {
				assertThat(text(statement, "show search_path")).isEqualTo("\"$user\", public");
			}
		}
	}

	@Test
	void schemaWhenInTheDsnIsRefusedByPgBouncerAndTheNodeSaysSo() {
		try (NexsPostgres other = NexsPostgres.of(dsn(bouncers) + "?currentSchema=pg_catalog")
			.pool(PoolSettings.defaults().withPooler(Pooler.PGBOUNCER))
			.start()) {
			assertThat(other.monitor().topology().nodes()).extracting(NodeState::lastError)
				.allSatisfy((error) -> assertThat(error).contains("unsupported startup parameter: search_path"));
		}
	}

	@Test
	void applicationNameIsThatOfTheSettingsOnEveryServerConnection() throws SQLException {
		PoolSettings pool = PoolSettings.defaults()
			.withPooler(Pooler.PGBOUNCER)
			.withDriverProperties(Map.of("ApplicationName", "billing"));
		try (NexsPostgres other = NexsPostgres.of(dsn(bouncers)).pool(pool).start()) {
			RoutingFixture.awaitHealthy(other);
			for (int i = 0; i < 2 * PgBouncer.SERVER_CONNECTIONS; i++) {
				assertThat(applicationName(other)).isEqualTo("billing");
				assertThat(applicationName(postgres)).isEqualTo("PostgreSQL JDBC Driver");
			}
		}
	}

	private static String applicationName(NexsPostgres of) throws SQLException {
		try (Connection connection = of.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			return text(statement, "show application_name");
		}
	}

	@Test
	void primaryWhenLostIsFollowedAndItsPoolerStays() throws SQLException {
		List<PgBouncer> poolers = new ArrayList<>();
		try (EmbeddedCluster own = EmbeddedCluster.builder().start()) {
			own.nodes().forEach((node) -> poolers.add(PgBouncer.before(node)));
			try (NexsPostgres client = NexsPostgres.of(dsn(poolers))
				.pool(PoolSettings.defaults().withPooler(Pooler.PGBOUNCER))
				.monitor(RoutingFixture.quick())
				.start()) {
				RoutingFixture.awaitHealthy(client);
				RoutingFixture.writePort(client);
				own.node("node-1").kill();
				own.promote("node-2");
				RoutingFixture.awaitStatus(client, "node-1", NodeStatus.UNHEALTHY);
				assertThat(RoutingFixture.writePort(client)).isEqualTo(own.node("node-2").directPort());
				// Until the replica that is left is known to follow the new primary, that
				// one serves reads too.
				Awaitility.await()
					.atMost(RoutingFixture.LONG)
					.until(() -> RoutingFixture.readPort(client) == own.node("node-3").directPort());
				own.rejoin("node-1");
				RoutingFixture.awaitStatus(client, "node-1", NodeStatus.HEALTHY);
				assertThat(client.monitor().topology().nodes()).noneMatch(NodeState::endpoint);
			}
		}
		finally {
			poolers.forEach(PgBouncer::close);
		}
	}

	private static int count(String sql) throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			return integer(statement, sql);
		}
	}

	private static int rows(ResultSet rows) throws SQLException {
		int count = 0;
		while (rows.next()) {
			count++;
		}
		return count;
	}

	private static int integer(Statement statement, String sql) throws SQLException {
		return Integer.parseInt(text(statement, sql));
	}

	private static String text(Statement statement, String sql) throws SQLException {
		try (ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
	}

}
