package io.nexs.postgres.routing;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.limits.LimitSettings;
import io.nexs.postgres.pool.PoolSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the server is told of limits, what of it is left behind, and what it costs.
 */
class BackstopTests {

	private static final String TIMEOUT = "select current_setting('statement_timeout')";

	private static EmbeddedCluster cluster;

	private static NexsPostgres postgres;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(1).start();
		postgres = start(LimitSettings.of(Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(30),
				Duration.ZERO));
		RoutingFixture.executeOn(cluster.primary(), "create table item (id serial, number int)");
	}

	private static NexsPostgres start(LimitSettings limits) {
		return RoutingFixture.start(
				cluster, (
						builder) -> builder
							.pool(PoolSettings.defaults()
								.withMaxConns(1)
								.withDriverProperties(Map.of("socketFactory", CountingSocketFactory.class.getName(),
										"sslmode", "disable")))
							.limits(limits));
	}

	@AfterAll
	static void stop() {
		postgres.close();
		cluster.close();
	}

	@Test
	void statementIsEndedByTheServerLaterThanByUs() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			assertThat(ask(statement)).isEqualTo("25s");
			connection.setReadOnly(true);
			assertThat(ask(statement)).isEqualTo("15s");
			try (PreparedStatement prepared = connection.prepareStatement(TIMEOUT + " where ? = 1")) {
				prepared.setInt(1, 1);
				for (int i = 0; i < 8; i++) {
					assertThat(answer(prepared.executeQuery())).isEqualTo("15s");
				}
			}
			connection.setAutoCommit(false);
			assertThat(ask(statement)).isEqualTo("15s");
			connection.commit();
			connection.setReadOnly(false);
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			assertThat(ask(statement)).isEqualTo("25s");
			assertThat(answer(statement.executeQuery("show transaction_isolation"))).isEqualTo("repeatable read");
			connection.commit();
		}
	}

	@Test
	void sessionWhenGivenBackHasNoneOfIt() throws SQLException {
		for (boolean commit : new boolean[] { true, false }) {
			try (Connection connection = postgres.dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				connection.setAutoCommit(false);
				assertThat(ask(statement)).isEqualTo("25s");
				if (commit) {
					connection.commit();
				}
				else {
					connection.rollback();
				}
			}
			try (Connection pooled = postgres.pools().of("node-1").borrow(1000);
					Statement statement = pooled.createStatement()) {
				assertThat(ask(statement)).isEqualTo("0");
				postgres.pools().of("node-1").giveBack(pooled);
			}
		}
	}

	@Test
	void limitInForceWhenTooShortForWhatComesIsLengthened() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement();
				PreparedStatement batch = connection.prepareStatement("insert into item (number) values"
						+ " (extract(epoch from current_setting('statement_timeout')::interval) + ?)")) {
			connection.setAutoCommit(false);
			assertThat(ask(statement)).isEqualTo("25s");
			batch.setInt(1, 0);
			batch.addBatch();
			batch.executeBatch();
			assertThat(answer(statement.executeQuery("select max(number) from item"))).isEqualTo("35");
			assertThat(ask(statement)).isEqualTo("25s");
			connection.rollback();
		}
	}

	@Test
	void limitTakenBackWithSavepointIsSaidAgain() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			Savepoint savepoint = connection.setSavepoint();
			assertThat(ask(statement)).isEqualTo("25s");
			connection.rollback(savepoint);
			assertThat(ask(statement)).isEqualTo("25s");
			connection.commit();
		}
	}

	@Test
	void limitsCostNoRoundTripInTransactions() throws SQLException {
		try (NexsPostgres unlimited = start(LimitSettings.NONE)) {
			for (Flow flow : Flow.values()) {
				long without = lowest(unlimited, flow);
				assertThat(lowest(postgres, flow)).as(flow.name()).isEqualTo(without + flow.extra);
			}
		}
	}

	private static long lowest(NexsPostgres subject, Flow flow) throws SQLException {
		long lowest = Long.MAX_VALUE;
		for (int i = 0; i < 12; i++) {
			long before = CountingSocketFactory.roundTrips();
			try (Connection connection = subject.dataSource().getConnection()) {
				flow.run(connection);
			}
			lowest = Math.min(lowest, CountingSocketFactory.roundTrips() - before);
		}
		return lowest;
	}

	private static String ask(Statement statement) throws SQLException {
		return answer(statement.executeQuery(TIMEOUT));
	}

	private static String answer(ResultSet rows) throws SQLException {
		try (ResultSet row = rows) {
			row.next();
			return row.getString(1);
		}
	}

	/**
	 * What an application does, and what limits add to its round trips.
	 */
	private enum Flow {

		READ(0) {

			@Override
			void run(Connection connection) throws SQLException {
				connection.setReadOnly(true);
				query(connection);
				connection.setReadOnly(false);
			}

		},

		READ_TRANSACTION(0) {

			@Override
			void run(Connection connection) throws SQLException {
				connection.setReadOnly(true);
				connection.setAutoCommit(false);
				query(connection);
				connection.commit();
			}

		},

		WRITE_TRANSACTION(0) {

			@Override
			void run(Connection connection) throws SQLException {
				connection.setAutoCommit(false);
				update(connection);
				update(connection);
				connection.commit();
			}

		},

		REPEATABLE_READ(0) {

			@Override
			void run(Connection connection) throws SQLException {
				connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
				connection.setAutoCommit(false);
				update(connection);
				connection.commit();
			}

		},

		GENERATED_KEYS(0) {

			@Override
			void run(Connection connection) throws SQLException {
				connection.setAutoCommit(false);
				try (PreparedStatement statement = connection.prepareStatement("insert into item (number) values (1)",
						Statement.RETURN_GENERATED_KEYS)) {
					statement.executeUpdate();
				}
				connection.commit();
			}

		},

		BATCH(0) {

			@Override
			void run(Connection connection) throws SQLException {
				connection.setAutoCommit(false);
				batch(connection);
				connection.commit();
			}

		},

		CALL(0) {

			@Override
			void run(Connection connection) throws SQLException {
				connection.setAutoCommit(false);
				try (CallableStatement statement = connection.prepareCall("{call now()}")) {
					statement.execute();
				}
				connection.commit();
			}

		},

		BATCH_AFTER_WRITE(1) {

			@Override
			void run(Connection connection) throws SQLException {
				connection.setAutoCommit(false);
				update(connection);
				batch(connection);
				connection.commit();
			}

		},

		AUTO_COMMIT_ON_THE_PRIMARY(1) {

			@Override
			void run(Connection connection) throws SQLException {
				update(connection);
			}

		};

		private final int extra;

		Flow(int extra) {
			this.extra = extra;
		}

		abstract void run(Connection connection) throws SQLException;

		private static void query(Connection connection) throws SQLException {
			try (Statement statement = connection.createStatement()) {
				answer(statement.executeQuery("select 1"));
			}
		}

		private static void update(Connection connection) throws SQLException {
			try (PreparedStatement statement = connection.prepareStatement("update item set number = ? where id = 0")) {
				statement.setInt(1, 1);
				statement.executeUpdate();
			}
		}

		private static void batch(Connection connection) throws SQLException {
			try (PreparedStatement statement = connection.prepareStatement("insert into item (number) values (?)")) {
				statement.setInt(1, 1);
				statement.addBatch();
				statement.executeBatch();
			}
		}

	}

}
