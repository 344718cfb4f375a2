package io.nexs.postgres.routing;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.HashSet;
import java.util.Set;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.pool.NodePool;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RoutedConnection} and its {@link TransactionRoute}, asking the server
 * who answered.
 */
class RoutedConnectionTests {

	private static EmbeddedCluster cluster;

	private static NexsPostgres postgres;

	private static int primary;

	private static Set<Integer> replicas;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(2).start();
		postgres = RoutingFixture.start(cluster);
		primary = cluster.primary().directPort();
		replicas = Set.of(cluster.node("node-2").directPort(), cluster.node("node-3").directPort());
		RoutingFixture.execute(postgres, "create table item (id int primary key, name text)");
		for (EmbeddedNode replica : cluster.replicas()) {
			Awaitility.await().until(() -> hasItems(replica));
		}
	}

	private static boolean hasItems(EmbeddedNode replica) throws SQLException {
		try (Connection connection = replica.connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select to_regclass('item') is not null")) {
			rows.next();
			return rows.getBoolean(1);
		}
	}

	@AfterAll
	static void stop() {
		postgres.close();
		cluster.close();
	}

	@AfterEach
	void nothingIsLent() {
		assertThat(postgres.pools().all()).extracting(NodePool::lent).containsOnly(0);
	}

	private static Connection open() {
		return postgres.dataSource().getConnection();
	}

	@Test
	void statementWhenNeitherTransactionNorFlagGoesToPrimary() throws SQLException {
		try (Connection connection = open()) {
			assertThat(RoutingFixture.port(connection)).isEqualTo(primary);
		}
	}

	@Test
	void transactionWhenReadWriteGoesToPrimary() throws SQLException {
		assertThat(RoutingFixture.writePort(postgres)).isEqualTo(primary);
	}

	@Test
	void transactionWhenReadOnlyGoesToAllReplicasInTurn() throws SQLException {
		Set<Integer> seen = new HashSet<>();
		for (int i = 0; i < 8; i++) {
			seen.add(RoutingFixture.readPort(postgres));
		}
		assertThat(seen).isEqualTo(replicas);
	}

	@Test
	void statementWhenReadOnlyFlagInAutoCommitGoesToReplica() throws SQLException {
		try (Connection connection = open()) {
			connection.setReadOnly(true);
			assertThat(RoutingFixture.port(connection)).isIn(replicas);
		}
	}

	@Test
	void flagWhenChangedInAutoCommitMovesTheNextStatement() throws SQLException {
		try (Connection connection = open()) {
			connection.setReadOnly(true);
			assertThat(RoutingFixture.port(connection)).isIn(replicas);
			connection.setReadOnly(false);
			assertThat(RoutingFixture.port(connection)).isEqualTo(primary);
		}
	}

	@Test
	void heldHandleWhenWriteFollowsReadDecidesAnewForEachTransaction() throws SQLException {
		try (Connection connection = open()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			assertThat(RoutingFixture.port(connection)).isIn(replicas);
			connection.commit();
			connection.setAutoCommit(true);
			connection.setReadOnly(false);
			assertThat(RoutingFixture.port(connection)).as("autocommit in between stays").isIn(replicas);
			connection.setAutoCommit(false);
			assertThat(RoutingFixture.port(connection)).isEqualTo(primary);
			connection.commit();
			connection.setReadOnly(true);
			assertThat(RoutingFixture.port(connection)).isIn(replicas);
			connection.rollback();
		}
	}

	@Test
	void statementWhenPreparedBeforeTheRouteChangedFollowsIt() throws SQLException {
		try (Connection connection = open()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			try (PreparedStatement statement = connection.prepareStatement("select inet_server_port(), ?::int")) {
				statement.setInt(1, 42);
				assertThat(first(statement)).isIn(replicas);
				connection.commit();
				connection.setReadOnly(false);
				try (ResultSet rows = statement.executeQuery()) {
					rows.next();
					assertThat(rows.getInt(1)).isEqualTo(primary);
					assertThat(rows.getInt(2)).as("parameters go along").isEqualTo(42);
				}
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
	void transactionWhenNoStatementBorrowsNothing() throws SQLException {
		long before = postgres.pools().all().stream().mapToLong((pool) -> pool.snapshot().acquired()).sum();
		try (Connection connection = open()) {
			connection.setReadOnly(true);
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setAutoCommit(false);
			assertThat(connection.getAutoCommit()).isFalse();
			assertThat(connection.isReadOnly()).isTrue();
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
			assertThat((Object) connection.getWarnings()).isNull();
			assertThat(connection.isWrapperFor(PGConnection.class)).isTrue();
			connection.commit();
			connection.rollback();
		}
		assertThat(postgres.pools().all().stream().mapToLong((pool) -> pool.snapshot().acquired()).sum())
			.isEqualTo(before);
	}

	@Test
	void freshHandleAnswersNotReadOnly() throws SQLException {
		try (Connection connection = open()) {
			assertThat(connection.isReadOnly()).isFalse();
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
		}
	}

	@Test
	void writeWhenReadOnlyIsRefusedByTheServer() throws SQLException {
		try (Connection connection = open()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.executeUpdate("insert into item values (1, 'a')"))
					.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("25006"));
			}
			connection.rollback();
		}
	}

	@Test
	void isolationWhenSetIsInForceAndDoesNotStay() throws SQLException {
		try (Connection connection = open()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			connection.setAutoCommit(false);
			assertThat(text(connection, "show transaction_isolation")).isEqualTo("repeatable read");
			connection.commit();
		}
		for (int i = 0; i < 12; i++) {
			try (Connection connection = open()) {
				connection.setAutoCommit(false);
				assertThat(text(connection, "show transaction_isolation")).isEqualTo("read committed");
				connection.rollback();
			}
		}
	}

	@Test
	void schemaWhenSetDoesNotStayInThePool() throws SQLException {
		RoutingFixture.execute(postgres, "create schema if not exists other");
		try (Connection connection = open()) {
			connection.setSchema("other");
			assertThat(text(connection, "show search_path")).contains("other");
		}
		for (int i = 0; i < 12; i++) {
			try (Connection connection = open()) {
				assertThat(text(connection, "show search_path")).doesNotContain("other");
			}
		}
	}

	@Test
	void settingsWhenChangedWithinTransactionAreRefused() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			RoutingFixture.port(connection);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connection.setReadOnly(true))
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("25001"));
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE))
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("25001"));
			connection.rollback();
		}
	}

	@Test
	void savepointWhenRolledBackKeepsWhatWasBefore() throws SQLException {
		RoutingFixture.execute(postgres, "delete from item");
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("insert into item values (1, 'a')");
			Savepoint savepoint = connection.setSavepoint();
			statement.executeUpdate("insert into item values (2, 'b')");
			connection.rollback(savepoint);
			connection.commit();
			assertThat(text(connection, "select string_agg(name, ',') from item")).isEqualTo("a");
			connection.commit();
		}
	}

	@Test
	void closeWhenTransactionIsOpenRollsBack() throws SQLException {
		RoutingFixture.execute(postgres, "delete from item");
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("insert into item values (1, 'a')");
		}
		try (Connection connection = open()) {
			assertThat(text(connection, "select count(*)::text from item")).isEqualTo("0");
		}
	}

	@Test
	void autoCommitWhenSwitchedOnCommits() throws SQLException {
		RoutingFixture.execute(postgres, "delete from item");
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("insert into item values (1, 'a')");
			connection.setAutoCommit(true);
		}
		try (Connection connection = open()) {
			assertThat(text(connection, "select count(*)::text from item")).isEqualTo("1");
		}
	}

	@Test
	void statementsKnowTheHandle() throws SQLException {
		try (Connection connection = open();
				Statement statement = connection.createStatement();
				PreparedStatement prepared = connection.prepareStatement("select 1");
				CallableStatement call = connection.prepareCall("{? = call abs(?)}")) {
			assertThat(statement.getConnection()).isSameAs(connection);
			assertThat(prepared.getConnection()).isSameAs(connection);
			assertThat(call.getConnection()).isSameAs(connection);
			assertThat(prepared.isWrapperFor(org.postgresql.PGStatement.class)).isTrue();
			assertThat(prepared.unwrap(org.postgresql.PGStatement.class)).isNotNull();
			assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isPositive();
		}
	}

	@Test
	void callReturnsItsOutParameter() throws SQLException {
		try (Connection connection = open(); CallableStatement call = connection.prepareCall("{? = call abs(?)}")) {
			call.registerOutParameter(1, Types.INTEGER);
			call.setInt(2, -7);
			call.execute();
			assertThat(call.getInt(1)).isEqualTo(7);
		}
	}

	@Test
	void generatedKeysBatchesAndLargeUpdatesWork() throws SQLException {
		RoutingFixture.execute(postgres, "delete from item");
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, ?)",
					new String[] { "id" })) {
				insert.setInt(1, 5);
				insert.setString(2, "five");
				assertThat(insert.executeLargeUpdate()).isEqualTo(1);
				try (ResultSet keys = insert.getGeneratedKeys()) {
					assertThat(keys.next()).isTrue();
					assertThat(keys.getInt(1)).isEqualTo(5);
				}
			}
			try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, ?)")) {
				for (int i = 10; i < 13; i++) {
					insert.setInt(1, i);
					insert.setString(2, "batch");
					insert.addBatch();
				}
				assertThat(insert.executeBatch()).hasSize(3);
			}
			connection.commit();
			assertThat(text(connection, "select count(*)::text from item")).isEqualTo("4");
			connection.rollback();
		}
	}

	@Test
	void cancelFromAnotherThreadEndsTheStatement() throws Exception {
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			Thread canceller = new Thread(() -> {
				try (Connection other = cluster.primary().connect(); Statement look = other.createStatement()) {
					boolean running = false;
					while (!running) {
						try (ResultSet rows = look.executeQuery(
								"select count(*) from pg_stat_activity where query like 'select pg_sleep(60)%'")) {
							rows.next();
							running = rows.getInt(1) > 0;
						}
					}
					statement.cancel();
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			});
			canceller.start();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("select pg_sleep(60)"))
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("57014"));
			canceller.join();
		}
	}

	@Test
	void handleWhenClosedRefuses() throws SQLException {
		Connection connection = open();
		connection.close();
		connection.close();
		assertThat(connection.isClosed()).isTrue();
		assertThat(connection.isValid(1)).isFalse();
		assertThatExceptionOfType(SQLException.class).isThrownBy(connection::createStatement)
			.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("08003"));
	}

	@Test
	void supportsWhenReadOnlyGoesToReplica() {
		assertThat(inTransaction(TransactionDefinition.PROPAGATION_SUPPORTS, true)).isIn(replicas);
		assertThat(inTransaction(TransactionDefinition.PROPAGATION_SUPPORTS, false)).isEqualTo(primary);
	}

	@Test
	void nestedWhenReadOnlyInsideReadWriteStaysOnPrimary() {
		TransactionTemplate outer = template(TransactionDefinition.PROPAGATION_REQUIRED, false);
		Integer port = outer
			.execute((status) -> template(TransactionDefinition.PROPAGATION_REQUIRED, true).execute((inner) -> ask()));
		assertThat(port).isEqualTo(primary);
	}

	@Test
	void requiresNewInsideReadOnlyGoesToPrimary() {
		TransactionTemplate outer = template(TransactionDefinition.PROPAGATION_REQUIRED, true);
		outer.executeWithoutResult((status) -> {
			assertThat(ask()).isIn(replicas);
			assertThat(inTransaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW, false)).isEqualTo(primary);
			assertThat(ask()).isIn(replicas);
		});
	}

	private static int inTransaction(int propagation, boolean readOnly) {
		Integer port = template(propagation, readOnly).execute((status) -> ask());
		assertThat(port).isNotNull();
		return port;
	}

	private static int ask() {
		Integer port = new JdbcTemplate(postgres.dataSource()).queryForObject("select inet_server_port()",
				Integer.class);
		assertThat(port).isNotNull();
		return port;
	}

	private static TransactionTemplate template(int propagation, boolean readOnly) {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition(propagation);
		definition.setReadOnly(readOnly);
		return new TransactionTemplate(new JdbcTransactionManager(postgres.dataSource()), definition);
	}

	private static String text(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			rows.next();
			return rows.getString(1);
		}
	}

}
