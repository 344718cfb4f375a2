package io.nexs.postgres.routing;

import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.cluster.Node;
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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What may be repeated when its connection dies, and nothing else. The relay in front of
 * a node resets the pooled connections, which the pool cannot notice before they are
 * used.
 */
class RepeatTests {

	private static EmbeddedCluster cluster;

	private static NexsPostgres postgres;

	private static final List<String> repeated = new ArrayList<>();

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(2).start();
		RoutingListener listener = new RoutingListener() {

			@Override
			public void repeated(Route failed, SQLException failure) {
				synchronized (repeated) {
					repeated.add(failed.node().id());
				}
			}

		};
		postgres = RoutingFixture.start(cluster,
				(builder) -> builder.monitor(RoutingFixture.quick())
					.pool(PoolSettings.defaults().withMaxConns(4))
					.collaborators((defaults) -> defaults.withListener(listener)));
		RoutingFixture.execute(postgres, "create table item (id int, name text)");
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
		onPrimary("truncate item");
		repeated.clear();
	}

	@AfterEach
	void nothingIsLent() {
		assertThat(postgres.pools().all()).extracting(NodePool::lent).containsOnly(0);
	}

	private static Connection open() {
		return postgres.dataSource().getConnection();
	}

	/**
	 * Kills all sessions of a node, so that every pooled connection is dead and fresh
	 * enough not to be validated by the pool.
	 */
	private static void killSessions(String node) throws SQLException {
		EmbeddedNode server = cluster.node(node);
		try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
			statement.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
					+ " and backend_type = 'client backend' and application_name <> 'nexs-db-probe'");
		}
	}

	private static void killAllSessions() throws SQLException {
		for (EmbeddedNode node : cluster.nodes()) {
			killSessions(node.id());
		}
	}

	private static void onPrimary(String sql) throws SQLException {
		try (Connection connection = cluster.primary().connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static long count() throws SQLException {
		try (Connection connection = cluster.primary().connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select count(*) from item")) {
			rows.next();
			return rows.getLong(1);
		}
	}

	/**
	 * Nested transactions begin with one.
	 */
	@Test
	void savepointWhenItIsTheFirstOfItsTransactionIsRepeated() throws SQLException {
		RoutingFixture.writePort(postgres);
		killAllSessions();
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			Savepoint savepoint = connection.setSavepoint();
			statement.executeUpdate("insert into item values (1)");
			connection.rollback(savepoint);
			statement.executeUpdate("insert into item values (2)");
			connection.commit();
		}
		assertThat(count()).isOne();
		assertThat(repeated).isNotEmpty();
	}

	@Test
	void readWhenItsConnectionDiedIsRepeated() throws SQLException {
		for (int round = 0; round < 5; round++) {
			RoutingFixture.readPort(postgres);
			RoutingFixture.readPort(postgres);
			killSessions("node-2");
			killSessions("node-3");
			RoutingFixture.readPort(postgres);
		}
		assertThat(repeated).isNotEmpty().doesNotContain("node-1");
	}

	@Test
	void firstStatementOfTransactionWhenItsConnectionDiedIsRepeatedWithItsParameters() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, ?)")) {
				insert.setInt(1, 1);
				insert.setString(2, "one");
				killAllSessions();
				assertThat(insert.executeUpdate()).isEqualTo(1);
			}
			connection.commit();
		}
		assertThat(count()).isEqualTo(1);
		assertThat(repeated).containsExactly("node-1");
	}

	@Test
	void firstBatchOfTransactionWhenItsConnectionDiedIsRepeated() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, ?)")) {
				for (int i = 0; i < 3; i++) {
					insert.setInt(1, i);
					insert.setString(2, "batch");
					insert.addBatch();
				}
				killAllSessions();
				assertThat(insert.executeBatch()).hasSize(3);
			}
			connection.commit();
		}
		assertThat(count()).isEqualTo(3);
		assertThat(repeated).hasSize(1);
	}

	@Test
	void autoCommitWriteWhenItsConnectionDiedIsNotRepeated() throws SQLException {
		try (Connection connection = open();
				PreparedStatement insert = connection.prepareStatement("insert into item values (1, 'a')")) {
			killAllSessions();
			assertThatExceptionOfType(SQLException.class).isThrownBy(insert::executeUpdate);
		}
		assertThat(repeated).isEmpty();
		assertThat(count()).isZero();
	}

	@Test
	void secondStatementWhenItsConnectionDiedIsNotRepeatedAndTransactionIsRolledBack() throws SQLException {
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("insert into item values (1, 'a')");
			killAllSessions();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.executeUpdate("insert into item values (2, 'b')"));
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.executeUpdate("insert into item values (3, 'c')"))
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("08003"));
			assertThat(repeated).isEmpty();
			connection.rollback();
			statement.executeUpdate("insert into item values (4, 'd')");
			connection.commit();
		}
		assertThat(count()).isEqualTo(1);
	}

	@Test
	void commitWhenConnectionDiedBeforeItIsAProvenRollback() throws SQLException {
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("insert into item values (1, 'a')");
			killAllSessions();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.executeUpdate("insert into item values (2, 'b')"));
			assertThatExceptionOfType(SQLTransactionRollbackException.class).isThrownBy(connection::commit);
		}
		assertThat(count()).isZero();
	}

	@Test
	void commitOfReadWhenConnectionDiedSucceeds() throws SQLException {
		try (Connection connection = open()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			RoutingFixture.port(connection);
			killAllSessions();
			connection.commit();
		}
	}

	@Test
	void laterReadWhenConnectionDiedIsNotRepeated() throws SQLException {
		try (Connection connection = open()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			RoutingFixture.port(connection);
			killAllSessions();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> RoutingFixture.port(connection));
			connection.rollback();
			assertThat(RoutingFixture.port(connection)).isPositive();
			connection.commit();
		}
	}

	@Test
	void statementWithStreamWhenConnectionDiedIsNotRepeated() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (PreparedStatement insert = connection
				.prepareStatement("insert into item values (1, encode(?, 'hex'))")) {
				insert.setBinaryStream(1, new ByteArrayInputStream(new byte[] { 1, 2, 3 }), 3);
				killAllSessions();
				assertThatExceptionOfType(SQLException.class).isThrownBy(insert::executeUpdate);
			}
			connection.rollback();
		}
		assertThat(repeated).isEmpty();
	}

	@Test
	void batchWithStreamWhenConnectionDiedIsNotRepeatedAlsoAfterTheParametersWereCleared() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (PreparedStatement insert = connection
				.prepareStatement("insert into item values (1, encode(?, 'hex'))")) {
				insert.setBytes(1, new byte[] { 1 });
				insert.addBatch();
				insert.setBinaryStream(1, new ByteArrayInputStream(new byte[] { 2 }), 1);
				insert.addBatch();
				insert.clearParameters();
				killAllSessions();
				assertThatExceptionOfType(SQLException.class).isThrownBy(insert::executeBatch);
			}
			connection.rollback();
		}
		assertThat(repeated).isEmpty();
	}

	@Test
	void statementWithArrayWhenConnectionDiedIsNotRepeated() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (PreparedStatement insert = connection.prepareStatement("insert into item select unnest(?), 'a'")) {
				insert.setArray(1, connection.createArrayOf("int4", new Object[] { 1, 2 }));
				killAllSessions();
				assertThatExceptionOfType(SQLException.class).isThrownBy(insert::executeUpdate);
			}
			connection.rollback();
		}
		assertThat(repeated).isEmpty();
	}

	@Test
	void statementThatEndsEveryServerProcessIsTriedThreeTimesAtMost() throws SQLException {
		int before;
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.execute("select pg_terminate_backend(pg_backend_pid())"));
			}
			connection.rollback();
			before = repeated.size();
		}
		assertThat(before).isEqualTo(2);
	}

	@Test
	void recoveryConflictWhenReadingIsRepeatedElsewhereAndDoesNotMarkTheNode() throws Exception {
		onPrimary("insert into item select i, 'x' from generate_series(1, 100) i");
		setStandbyDelay("0");
		try (Connection connection = open()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			List<Long> result = new ArrayList<>();
			Thread reader = new Thread(() -> {
				try (Statement statement = connection.createStatement();
						ResultSet rows = statement.executeQuery("select count(*), pg_sleep(3) from item")) {
					rows.next();
					result.add(rows.getLong(1));
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			});
			reader.start();
			awaitSleepOnAReplica();
			onPrimary("truncate item");
			reader.join();
			connection.commit();
			assertThat(result).hasSize(1);
			assertThat(repeated).isNotEmpty();
			assertThat(postgres.monitor().topology().nodes()).allMatch((state) -> state.failures() == 0);
		}
		finally {
			setStandbyDelay("30s");
		}
	}

	@Test
	void readOnlyTransactionWhenTheStandbyEndedItsSessionAfterTheRowsWereReadIsNoFailure() throws SQLException {
		setStandbyDelay("0");
		try (Connection connection = open()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			assertThat(RoutingFixture.port(connection)).isNotEqualTo(RoutingFixture.primaryPort(cluster));
			int backend;
			try (Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery("select pg_backend_pid(), count(*) from item")) {
				rows.next();
				backend = rows.getInt(1);
			}
			onPrimary("truncate item");
			Awaitility.await().until(() -> isGone(backend));
			connection.commit();
			assertThat(RoutingFixture.port(connection)).isPositive();
			connection.commit();
			assertThat(postgres.monitor().topology().nodes()).allMatch((state) -> state.failures() == 0);
		}
		finally {
			setStandbyDelay("30s");
		}
	}

	private static boolean isGone(int backend) throws SQLException {
		for (EmbeddedNode node : cluster.replicas()) {
			try (Connection connection = node.connect();
					Statement statement = connection.createStatement();
					ResultSet rows = statement
						.executeQuery("select count(*) from pg_stat_activity where pid = " + backend)) {
				rows.next();
				if (rows.getInt(1) > 0) {
					return false;
				}
			}
		}
		return true;
	}

	private static void awaitSleepOnAReplica() throws SQLException {
		boolean running = false;
		while (!running) {
			for (EmbeddedNode node : cluster.replicas()) {
				try (Connection connection = node.connect();
						Statement statement = connection.createStatement();
						ResultSet rows = statement.executeQuery(
								"select count(*) from pg_stat_activity where query like 'select count(*), pg_sleep%'"
										+ " and state = 'active'")) {
					rows.next();
					running |= rows.getInt(1) > 0;
				}
			}
		}
	}

	private static void setStandbyDelay(String value) throws SQLException {
		for (EmbeddedNode node : cluster.replicas()) {
			try (Connection connection = node.connect(); Statement statement = connection.createStatement()) {
				statement.execute("alter system set max_standby_streaming_delay = '" + value + "'");
				statement.execute("select pg_reload_conf()");
			}
		}
	}

	@Test
	void poolNodesAreTheConfiguredOnes() {
		assertThat(postgres.pools().all()).extracting(NodePool::node)
			.extracting(Node::id)
			.containsExactly("node-1", "node-2", "node-3");
	}

}
