package io.nexs.postgres.routing;

import java.io.ByteArrayInputStream;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

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
import org.postgresql.PGStatement;
import org.postgresql.util.PGobject;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections that lay idle for longer than HikariCP lends them untried, and were dropped
 * by the relay meanwhile, which nobody notices before they are used. How many round trips
 * that costs is counted in {@link RoundTripTests}.
 */
class IdleConnectionTests {

	private static EmbeddedCluster cluster;

	private static NexsPostgres postgres;

	private static final List<Route> repeated = new CopyOnWriteArrayList<>();

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(1).start();
		RoutingListener listener = new RoutingListener() {

			@Override
			public void repeated(Route failed, SQLException failure) {
				repeated.add(failed);
			}

		};
		postgres = RoutingFixture.start(cluster,
				(builder) -> builder.monitor(RoutingFixture.quick())
					.pool(PoolSettings.defaults().withMaxConns(1))
					.collaborators((defaults) -> defaults.withListener(listener)));
		RoutingFixture.execute(postgres, "create table item (id int, data bytea)");
		RoutingFixture.execute(postgres, "create type mood as enum ('glad', 'sad')");
		RoutingFixture.execute(postgres, "create table feeling (mood mood)");
	}

	@AfterAll
	static void stop() {
		postgres.close();
		cluster.close();
	}

	@BeforeEach
	void idleAndDropped() throws SQLException {
		RoutingFixture.execute(postgres, "truncate item");
		RoutingFixture.readPort(postgres);
		RoutingFixture.writePort(postgres);
		Awaitility.await().pollDelay(Duration.ofMillis(600)).until(() -> true);
		cluster.nodes().forEach((node) -> node.relay().reset());
		RoutingFixture.awaitHealthy(postgres);
		repeated.clear();
	}

	@AfterEach
	void nothingIsLent() {
		assertThat(postgres.pools().all()).extracting(NodePool::lent).containsOnly(0);
	}

	private static Connection open(boolean autoCommit, boolean readOnly) throws SQLException {
		Connection connection = postgres.dataSource().getConnection();
		connection.setReadOnly(readOnly);
		connection.setAutoCommit(autoCommit);
		return connection;
	}

	private static long count() throws SQLException {
		EmbeddedNode primary = cluster.primary();
		try (Connection connection = primary.connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select count(*) from item")) {
			rows.next();
			return rows.getLong(1);
		}
	}

	@Test
	void readOnlyTransactionIsRepeated() throws SQLException {
		try (Connection connection = open(false, true)) {
			assertThat(RoutingFixture.port(connection)).isPositive();
			connection.commit();
		}
		assertThat(repeated).hasSize(1);
	}

	@Test
	void repeatableReadTransactionIsRepeatedAtItsLevel() throws SQLException {
		try (Connection connection = open(false, true); Statement statement = connection.createStatement()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			try (ResultSet rows = statement.executeQuery("show transaction_isolation")) {
				rows.next();
				assertThat(rows.getString(1)).isEqualTo("repeatable read");
			}
			connection.commit();
		}
		assertThat(repeated).hasSize(1);
	}

	@Test
	void readWriteTransactionIsRepeatedAndWritesOnce() throws SQLException {
		try (Connection connection = open(false, false); Statement statement = connection.createStatement()) {
			statement.executeUpdate("insert into item values (1)");
			connection.commit();
		}
		assertThat(repeated).hasSize(1);
		assertThat(count()).isEqualTo(1);
	}

	@Test
	void readInAutoCommitModeIsRepeated() throws SQLException {
		try (Connection connection = open(true, true)) {
			assertThat(RoutingFixture.port(connection)).isPositive();
		}
		assertThat(repeated).extracting((route) -> route.node().id()).containsExactly("node-2");
	}

	@Test
	void writeInAutoCommitModeIsNeverRepeatedButItsConnectionTried() throws SQLException {
		try (Connection connection = open(true, false); Statement statement = connection.createStatement()) {
			statement.executeUpdate("insert into item values (1)");
		}
		assertThat(repeated).isEmpty();
		assertThat(count()).isEqualTo(1);
	}

	@Test
	void streamThatCannotBeSentAgainGoesToATriedConnection() throws SQLException {
		try (Connection connection = open(false, false);
				PreparedStatement insert = connection.prepareStatement("insert into item values (1, ?)")) {
			insert.setBinaryStream(1, new ByteArrayInputStream(new byte[100]), 100);
			insert.executeUpdate();
			connection.commit();
		}
		assertThat(count()).isEqualTo(1);
	}

	@Test
	void arrayGoesToATriedConnection() throws SQLException {
		try (Connection connection = open(false, false)) {
			Array ids = connection.createArrayOf("int", new Object[] { 1, 2, 3 });
			try (PreparedStatement insert = connection.prepareStatement("insert into item select unnest(?)")) {
				insert.setArray(1, ids);
				insert.executeUpdate();
			}
			connection.commit();
		}
		assertThat(count()).isEqualTo(3);
	}

	@Test
	void batchTooLongToBeRememberedGoesToATriedConnection() throws SQLException {
		try (Connection connection = open(false, false);
				PreparedStatement insert = connection.prepareStatement("insert into item values (?)")) {
			for (int id = 0; id < 3000; id++) {
				insert.setInt(1, id);
				insert.addBatch();
			}
			insert.executeBatch();
			connection.commit();
		}
		assertThat(count()).isEqualTo(3000);
	}

	@Test
	void workPastTheDelegatesGoesToATriedConnection() throws SQLException {
		try (Connection connection = open(false, false)) {
			Savepoint savepoint = connection.setSavepoint();
			RoutingFixture.port(connection);
			connection.rollback(savepoint);
			connection.commit();
		}
		idleAndDropped();
		try (Connection connection = open(false, true)) {
			assertThat(connection.getMetaData().getTableTypes().next()).isTrue();
			connection.commit();
		}
		idleAndDropped();
		try (Connection connection = open(true, false)) {
			assertThat(connection.isValid(1)).isTrue();
			assertThat(RoutingFixture.port(connection)).isEqualTo(RoutingFixture.primaryPort(cluster));
		}
	}

	@Test
	void questionsAboutAPreparedStatementGoToATriedConnection() throws SQLException {
		try (Connection connection = open(false, false);
				PreparedStatement query = connection.prepareStatement("select id from item where id = ?")) {
			assertThat(query.getMetaData().getColumnCount()).isEqualTo(1);
		}
		idleAndDropped();
		try (Connection connection = open(false, true);
				PreparedStatement query = connection.prepareStatement("select id from item where id = ?")) {
			assertThat(query.getParameterMetaData().getParameterCount()).isEqualTo(1);
		}
	}

	@Test
	void handleIsValidWhereItsConnectionCanBeReplaced() throws SQLException {
		try (Connection connection = open(false, false)) {
			assertThat(connection.isValid(1)).isTrue();
		}
		idleAndDropped();
		try (Connection connection = open(true, true)) {
			assertThat(connection.isValid(1)).isTrue();
		}
	}

	@Test
	void writeWhenAutoCommitWasSwitchedOnMeanwhileGoesToATriedConnection() throws SQLException {
		try (Connection connection = open(false, false); Statement statement = connection.createStatement()) {
			connection.setAutoCommit(true);
			assertThat(statement.executeUpdate("insert into item values (1)")).isEqualTo(1);
		}
		assertThat(repeated).isEmpty();
		assertThat(count()).isEqualTo(1);
	}

	@Test
	void parameterWhoseTypeHasToBeLookedUpGoesToALiveConnection() throws SQLException {
		PGobject mood = new PGobject();
		mood.setType("mood");
		mood.setValue("glad");
		try (Connection connection = open(false, false);
				PreparedStatement insert = connection.prepareStatement("insert into feeling values (?)")) {
			insert.setObject(1, mood);
			assertThat(insert.executeUpdate()).isEqualTo(1);
			connection.rollback();
		}
		idleAndDropped();
		try (Connection connection = open(false, false);
				PreparedStatement insert = connection.prepareStatement("insert into feeling values (?)")) {
			insert.setNull(1, Types.OTHER, "mood");
			assertThat(insert.executeUpdate()).isEqualTo(1);
			connection.rollback();
		}
	}

	@Test
	void statementOfTheDriverIsOneOfATriedConnection() throws SQLException {
		try (Connection connection = open(false, false);
				PreparedStatement query = connection.prepareStatement("select 7")) {
			query.unwrap(PGStatement.class).setPrepareThreshold(1);
			try (ResultSet rows = query.executeQuery()) {
				assertThat(rows.next()).isTrue();
			}
		}
	}

	@Test
	void schemaWhenAConnectionIsHeldAlreadyIsSetOnALiveOne() throws SQLException {
		try (Connection connection = open(false, false)) {
			assertThat(connection.getSchema()).isEqualTo("public");
			connection.setSchema("pg_catalog");
			try (Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery("select current_schema()")) {
				rows.next();
				assertThat(rows.getString(1)).isEqualTo("pg_catalog");
			}
		}
	}

	@Test
	void streamWhenSeveralConnectionsWereDroppedGoesToALiveOne() throws SQLException {
		PoolSettings settings = PoolSettings.defaults().withMaxConns(3);
		try (NexsPostgres own = RoutingFixture.start(cluster,
				(builder) -> builder.monitor(RoutingFixture.quick()).pool(settings))) {
			List<Connection> held = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				Connection connection = own.dataSource().getConnection();
				RoutingFixture.port(connection);
				held.add(connection);
			}
			for (Connection connection : held) {
				connection.close();
			}
			idleAndDropped();
			RoutingFixture.awaitHealthy(own);
			try (Connection connection = own.dataSource().getConnection()) {
				connection.setAutoCommit(false);
				try (PreparedStatement insert = connection.prepareStatement("insert into item values (1, ?)")) {
					insert.setBinaryStream(1, new ByteArrayInputStream(new byte[100]), 100);
					insert.executeUpdate();
				}
				connection.commit();
			}
		}
		assertThat(count()).isEqualTo(1);
	}

	@Test
	void connectionThatWasUsedSinceItLayIdleIsNotUntriedAnyMore() throws SQLException {
		RoutingFixture.writePort(postgres);
		Awaitility.await().pollDelay(Duration.ofMillis(600)).until(() -> true);
		RoutingFixture.writePort(postgres);
		NodePool pool = postgres.pools().of("node-1");
		Connection connection = pool.borrowUntried(pool.turn(), 5000, 5000);
		try {
			assertThat(pool.isUntried(connection)).isFalse();
		}
		finally {
			pool.giveBack(connection);
		}
	}

	@Test
	void connectionsThatAreNotKeptAliveAreTried() throws SQLException {
		PoolSettings settings = PoolSettings.defaults().withMaxConns(1).withKeepaliveTime(Duration.ZERO);
		try (NexsPostgres own = RoutingFixture.start(cluster, (builder) -> builder.pool(settings))) {
			assertThat(isLentUntriedAfterIdleness(own)).isFalse();
		}
		assertThat(isLentUntriedAfterIdleness(postgres)).isTrue();
	}

	private static boolean isLentUntriedAfterIdleness(NexsPostgres postgres) throws SQLException {
		RoutingFixture.writePort(postgres);
		Awaitility.await().pollDelay(Duration.ofMillis(600)).until(() -> true);
		NodePool pool = postgres.pools().of("node-1");
		Connection connection = pool.borrowUntried(pool.turn(), 5000, 5000);
		try {
			return pool.isUntried(connection);
		}
		finally {
			pool.giveBack(connection);
		}
	}

}
