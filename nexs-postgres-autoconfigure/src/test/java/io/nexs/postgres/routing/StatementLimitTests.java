package io.nexs.postgres.routing;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.limits.LimitKind;
import io.nexs.postgres.limits.LimitSettings;
import io.nexs.postgres.limits.QueryLimitException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Statements of every kind that take longer than their limit, and what goes on after
 * them.
 */
class StatementLimitTests {

	private static final Duration READ = Duration.ofMillis(150);

	private static final Duration WRITE = Duration.ofMillis(250);

	private static final Duration BATCH = Duration.ofMillis(350);

	private static final Duration SOON = Duration.ofSeconds(3);

	private static final List<String> limited = Collections.synchronizedList(new ArrayList<>());

	private static EmbeddedCluster cluster;

	private static NexsPostgres postgres;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(1).start();
		postgres = RoutingFixture.start(cluster,
				(builder) -> builder.limits(LimitSettings.of(READ, WRITE, BATCH, Duration.ofMillis(450)))
					.collaborators((defaults) -> defaults.withListener(new RoutingListener() {

						@Override
						public void limited(Route route, LimitKind kind) {
							limited.add(route.node().id() + " " + kind.tag());
						}

					})));
		RoutingFixture.executeOn(cluster.primary(), "create table item (id int)");
	}

	@AfterAll
	static void stop() {
		postgres.close();
		cluster.close();
	}

	@BeforeEach
	void clean() throws SQLException {
		RoutingFixture.executeOn(cluster.primary(), "truncate item");
		limited.clear();
	}

	@Test
	void readOfReplicaWhenTooLongEndsAndTheNextOneWorks() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setReadOnly(true);
			int backend = backend(statement);
			assertExceeded("read", READ, () -> statement.executeQuery("select pg_sleep(30)"));
			assertThat(backend(statement)).isEqualTo(backend);
		}
		assertThat(limited).containsExactly("node-2 read");
	}

	@Test
	void statementOfReadOnlyTransactionWhenTooLongEnds() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			backend(statement);
			assertExceeded("read", READ, () -> statement.execute("select pg_sleep(30)"));
			connection.rollback();
			backend(statement);
			connection.commit();
		}
	}

	@Test
	void statementOfTransactionWhenTooLongFailsTheTransaction() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("insert into item values (1)");
			assertExceeded("write", WRITE, () -> statement.executeQuery("select pg_sleep(30)"));
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit)
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("25P02"));
			statement.executeUpdate("insert into item values (2)");
			connection.commit();
		}
		assertThat(items()).containsExactly(2);
	}

	@Test
	void transactionWhenRolledBackToSavepointGoesOnAfterTheLimit() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("insert into item values (1)");
			Savepoint savepoint = connection.setSavepoint();
			assertExceeded("write", WRITE, () -> statement.executeQuery("select pg_sleep(30)"));
			connection.rollback(savepoint);
			statement.executeUpdate("insert into item values (2)");
			connection.commit();
		}
		assertThat(items()).containsExactly(1, 2);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void firstStatementOfTransactionWhenTooLongIsNotRepeated(boolean readOnly) throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				PreparedStatement statement = connection.prepareStatement("select pg_sleep(?)")) {
			connection.setReadOnly(readOnly);
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			connection.setAutoCommit(false);
			statement.setInt(1, 30);
			assertExceeded(readOnly ? "read" : "write", readOnly ? READ : WRITE, statement::executeQuery);
			connection.rollback();
		}
		assertThat(limited).hasSize(1);
	}

	@Test
	void autoCommitWriteWhenTooLongHasNoEffect() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			int backend = backend(statement);
			assertExceeded("write", WRITE,
					() -> statement.executeUpdate("insert into item select 1 from pg_sleep(30)"));
			assertExceeded("write", WRITE, () -> statement.execute("insert into item select 2 from pg_sleep(30)"));
			assertExceeded("write", WRITE,
					() -> statement.executeQuery("insert into item select 3 from pg_sleep(30) returning id"));
			assertThat(connection.getAutoCommit()).isTrue();
			statement.executeUpdate("insert into item values (4)");
			assertThat(backend(statement)).isEqualTo(backend);
		}
		assertThat(items()).containsExactly(4);
		assertThat(limited).containsExactly("node-1 write", "node-1 write", "node-1 write");
	}

	@Test
	void autoCommitStatementWhenInTimeIsCommitted() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.setFetchSize(1);
			try (ResultSet rows = statement
				.executeQuery("insert into item select generate_series(1, 3) returning id")) {
				int count = 0;
				while (rows.next()) {
					count++;
				}
				assertThat(count).isEqualTo(3);
			}
			assertThat(statement.execute("insert into item values (4)")).isFalse();
			assertThat(statement.getUpdateCount()).isEqualTo(1);
			assertThat(items()).containsExactly(1, 2, 3, 4);
		}
	}

	@Test
	void batchWhenTooLongEnds() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				PreparedStatement statement = connection
					.prepareStatement("insert into item select ? from pg_sleep(0.2)")) {
			for (boolean autoCommit : new boolean[] { true, false }) {
				connection.setAutoCommit(autoCommit);
				for (int i = 0; i < 3; i++) {
					statement.setInt(1, i);
					statement.addBatch();
				}
				QueryLimitException failure = assertExceeded("batch", BATCH, statement::executeBatch);
				assertThat(failure.getCause()).isInstanceOf(BatchUpdateException.class);
			}
			connection.rollback();
			statement.setInt(1, 5);
			statement.addBatch();
			assertThat(statement.executeBatch()).containsExactly(1);
			connection.commit();
		}
		assertThat(items()).containsExactly(5);
		assertThat(limited).containsExactly("node-1 batch", "node-1 batch");
	}

	@Test
	void ownTimeoutWhenShorterEndsTheStatement() throws SQLException {
		try (NexsPostgres other = RoutingFixture.start(cluster,
				(builder) -> builder.limits(LimitSettings.all(Duration.ofSeconds(60))));
				Connection connection = other.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.setQueryTimeout(1);
			assertThat(statement.getQueryTimeout()).isEqualTo(1);
			assertExceeded("write", Duration.ofSeconds(1), () -> statement.execute("select pg_sleep(30)"));
			connection.setAutoCommit(false);
			assertExceeded("write", Duration.ofSeconds(1), () -> statement.execute("select pg_sleep(30)"));
		}
	}

	@Test
	void ownTimeoutWhenLongerLeavesTheLimit() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.setQueryTimeout(60);
			assertExceeded("write", WRITE, () -> statement.execute("select pg_sleep(30)"));
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.setQueryTimeout(-1));
		}
	}

	@Test
	void callerOfSpringWhenTooLongGetsQueryTimeoutException() {
		JdbcTemplate jdbc = new JdbcTemplate(postgres.dataSource());
		assertThatExceptionOfType(QueryTimeoutException.class).isThrownBy(() -> jdbc.execute("select pg_sleep(30)"))
			.withMessageContaining("The time limit 'write' of 250 ms was exceeded on node-1");
		assertThatExceptionOfType(QueryTimeoutException.class).isThrownBy(
				() -> jdbc.batchUpdate("insert into item select 1 from pg_sleep(30)", "insert into item values (2)"))
			.withMessageContaining("The time limit 'batch' of 350 ms was exceeded on node-1");
	}

	@Test
	void limitAfterALongerOneOnTheSameConnectionIsNotLate() throws SQLException {
		try (NexsPostgres other = RoutingFixture.start(cluster,
				(builder) -> builder
					.limits(LimitSettings.of(READ, Duration.ofMillis(300), Duration.ofSeconds(60), Duration.ZERO)));
				Connection connection = other.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.addBatch("insert into item values (1)");
			statement.executeBatch();
			assertExceeded("write", Duration.ofMillis(300), () -> statement.execute("select pg_sleep(30)"));
		}
	}

	@Test
	void nodeWhenStatementWasEndedStaysHealthy() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			assertExceeded("write", WRITE, () -> statement.execute("select pg_sleep(30)"));
		}
		assertThat(RoutingFixture.state(postgres, "node-1").status()).isEqualTo(NodeStatus.HEALTHY);
		assertThat(RoutingFixture.state(postgres, "node-1").failures()).isZero();
	}

	@Test
	void statementWhenRefusedInTransactionRunsWithoutLimit() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("vacuum item");
			statement.execute("create index concurrently on item (id)");
		}
		assertThat(limited).isEmpty();
	}

	@Test
	void transactionThatWasBegunByStatementGoesOn() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("begin");
			statement.executeUpdate("insert into item values (1)");
			assertThat(items()).isEmpty();
			statement.execute("rollback");
			statement.executeUpdate("begin");
			statement.executeUpdate("insert into item values (2)");
			statement.execute("commit");
		}
		assertThat(items()).containsExactly(2);
	}

	private static QueryLimitException assertExceeded(String kind, Duration limit, SqlRunnable call) {
		long start = System.nanoTime();
		QueryLimitException failure = catchThrowableOfType(QueryLimitException.class, call::run);
		Duration took = Duration.ofNanos(System.nanoTime() - start);
		assertThat((Throwable) failure).isNotNull();
		assertThat(failure.getMessage()).startsWith("The time limit '" + kind + "' of " + limit.toMillis() + " ms");
		assertThat(failure.getSQLState()).isEqualTo("57014");
		assertThat(FailureContext.of(failure)).get()
			.extracting(FailureContext::effect)
			.isEqualTo(FailureEffect.STATEMENT_FAILED);
		assertThat(took).isBetween(limit, limit.plus(SOON));
		return failure;
	}

	private static int backend(Statement statement) throws SQLException {
		try (ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
			row.next();
			return row.getInt(1);
		}
	}

	private static List<Integer> items() throws SQLException {
		List<Integer> items = new ArrayList<>();
		try (Connection connection = cluster.primary().connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select id from item order by id")) {
			while (rows.next()) {
				items.add(rows.getInt(1));
			}
		}
		return items;
	}

	/**
	 * A call of JDBC.
	 */
	@FunctionalInterface
	private interface SqlRunnable {

		void run() throws SQLException;

	}

}
