package io.nexs.postgres.routing;

import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Map;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.PoolSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The first statement of a transaction with an isolation level of its own travels behind
 * {@code SET TRANSACTION}; to its caller it must look as if it were alone.
 */
class FirstStatementTests {

	private static final String LEVEL = "select current_setting('transaction_isolation')";

	private static EmbeddedCluster cluster;

	private static NexsPostgres postgres;

	private Connection connection;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(1).start();
		postgres = RoutingFixture.start(cluster, (builder) -> builder.pool(PoolSettings.defaults().withMaxConns(2)));
		RoutingFixture.execute(postgres, "create table item (id int primary key, name text, data bytea)");
	}

	@AfterAll
	static void stop() {
		postgres.close();
		cluster.close();
	}

	@BeforeEach
	void begin() throws SQLException {
		RoutingFixture.execute(postgres, "truncate item");
		RoutingFixture.execute(postgres, "insert into item select i, 'n' || i from generate_series(1, 3) i");
		this.connection = postgres.dataSource().getConnection();
		this.connection.setAutoCommit(false);
		this.connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
	}

	@AfterEach
	void end() throws SQLException {
		this.connection.close();
		assertThat(postgres.pools().all()).extracting(NodePool::lent).containsOnly(0);
	}

	private String level() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			return text(statement.executeQuery(LEVEL));
		}
	}

	private static String text(ResultSet rows) throws SQLException {
		try (rows) {
			assertThat(rows.next()).isTrue();
			return rows.getString(1);
		}
	}

	@Test
	void everyFormOfExecutionRunsAtTheLevel() throws SQLException {
		try (Statement statement = this.connection.createStatement();
				PreparedStatement prepared = this.connection.prepareStatement(LEVEL)) {
			for (int i = 0; i < 12; i++) {
				assertThat(text(statement.executeQuery(LEVEL))).isEqualTo("repeatable read");
				this.connection.commit();
				assertThat(statement.execute(LEVEL)).isTrue();
				assertThat(text(statement.getResultSet())).isEqualTo("repeatable read");
				this.connection.commit();
				assertThat(text(prepared.executeQuery())).isEqualTo("repeatable read");
				this.connection.commit();
				assertThat(prepared.execute()).isTrue();
				assertThat(text(prepared.getResultSet())).isEqualTo("repeatable read");
				assertThat(text(prepared.executeQuery())).isEqualTo("repeatable read");
				this.connection.commit();
			}
		}
	}

	@Test
	void errorNamesThePositionWithinTheCallersText() throws SQLException {
		String sql = "select 1 frmo item";
		try (Statement statement = this.connection.createStatement();
				PreparedStatement prepared = this.connection.prepareStatement(sql)) {
			assertThatExceptionOfType(PSQLException.class).isThrownBy(() -> statement.executeQuery(sql))
				.satisfies((ex) -> assertThat(position(ex)).isEqualTo(1 + sql.indexOf("item")));
			this.connection.rollback();
			assertThatExceptionOfType(PSQLException.class).isThrownBy(prepared::executeQuery)
				.satisfies((ex) -> assertThat(position(ex)).isEqualTo(1 + sql.indexOf("item")));
			this.connection.rollback();
		}
	}

	private static int position(PSQLException ex) {
		ServerErrorMessage message = ex.getServerErrorMessage();
		assertThat(message).isNotNull();
		return message.getPosition();
	}

	@Test
	void fetchSizeRunsAtTheLevelWithACursor() throws SQLException {
		try (PreparedStatement prepared = this.connection
			.prepareStatement("select current_setting('transaction_isolation') from generate_series(1, 100)")) {
			prepared.setFetchSize(10);
			try (ResultSet rows = prepared.executeQuery()) {
				int count = 0;
				while (rows.next()) {
					assertThat(rows.getString(1)).isEqualTo("repeatable read");
					count++;
				}
				assertThat(count).isEqualTo(100);
				assertThat(rows.getFetchSize()).isEqualTo(10);
			}
		}
	}

	@Test
	void updateCountsAreTheCallers() throws SQLException {
		try (PreparedStatement update = this.connection.prepareStatement("update item set name = ? where id <= ?")) {
			update.setString(1, "x");
			update.setInt(2, 2);
			assertThat(update.executeUpdate()).isEqualTo(2);
			assertThat(update.getUpdateCount()).isEqualTo(2);
			assertThat(update.getMoreResults()).isFalse();
			assertThat(update.getUpdateCount()).isEqualTo(-1);
			this.connection.rollback();
			assertThat(update.executeLargeUpdate()).isEqualTo(2);
			this.connection.rollback();
			assertThat(update.execute()).isFalse();
			assertThat(update.getUpdateCount()).isEqualTo(2);
			assertThat(update.getResultSet()).isNull();
		}
		try (Statement statement = this.connection.createStatement()) {
			this.connection.rollback();
			assertThat(statement.executeUpdate("delete from item where id = 1 -- first")).isEqualTo(1);
			this.connection.rollback();
			assertThat(statement.executeLargeUpdate("delete from item")).isEqualTo(3);
			this.connection.rollback();
			assertThat(statement.executeUpdate("")).isZero();
		}
	}

	@Test
	void severalResultsOfTheCallersTextAreAllThere() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			assertThat(statement.execute("delete from item where id = 3; select 'a'; select 'b'")).isFalse();
			assertThat(statement.getUpdateCount()).isEqualTo(1);
			assertThat(statement.getMoreResults()).isTrue();
			assertThat(text(statement.getResultSet())).isEqualTo("a");
			assertThat(statement.getMoreResults()).isTrue();
			assertThat(text(statement.getResultSet())).isEqualTo("b");
			assertThat(statement.getMoreResults()).isFalse();
			assertThat(statement.getUpdateCount()).isEqualTo(-1);
		}
	}

	@Test
	void callsThatDoNotFitTheResultFailAsTheDriversDo() throws SQLException {
		try (PreparedStatement update = this.connection.prepareStatement("update item set name = 'x'");
				PreparedStatement query = this.connection.prepareStatement("select 1")) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(update::executeQuery)
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("02000"));
			this.connection.rollback();
			assertThatExceptionOfType(SQLException.class).isThrownBy(query::executeUpdate)
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("0100E"));
			this.connection.rollback();
		}
		assertThat(level()).isEqualTo("repeatable read");
	}

	@Test
	void statementWhenItFailedBeforeItWasSentDoesNotTakeTheLevelAlong() throws SQLException {
		try (PreparedStatement incomplete = this.connection.prepareStatement("select ?::int")) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(incomplete::executeQuery);
			assertThat(level()).isEqualTo("repeatable read");
			this.connection.commit();
			incomplete.setInt(1, 7);
			assertThat(text(incomplete.executeQuery())).isEqualTo("7");
		}
	}

	@Test
	void failureOfTheStatementIsTheCallers() throws SQLException {
		try (PreparedStatement wrong = this.connection.prepareStatement("select 1 / ?")) {
			wrong.setInt(1, 0);
			assertThatExceptionOfType(SQLException.class).isThrownBy(wrong::executeQuery)
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("22012"));
			assertThatExceptionOfType(SQLException.class).isThrownBy(this::level)
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("25P02"));
			this.connection.rollback();
			wrong.setInt(1, 1);
			assertThat(text(wrong.executeQuery())).isEqualTo("1");
			assertThat(level()).isEqualTo("repeatable read");
		}
	}

	@Test
	void preparedStatementIsUsedOnWithOtherParameters() throws SQLException {
		try (PreparedStatement query = this.connection.prepareStatement("select name from item where id = ?")) {
			query.setInt(1, 1);
			ResultSet first = query.executeQuery();
			query.setInt(1, 2);
			assertThat(text(first)).isEqualTo("n1");
			assertThat(text(query.executeQuery())).isEqualTo("n2");
			query.setInt(1, 3);
			assertThat(text(query.executeQuery())).isEqualTo("n3");
			this.connection.commit();
			assertThat(text(query.executeQuery())).isEqualTo("n3");
			assertThat(query.getParameterMetaData().getParameterCount()).isEqualTo(1);
			assertThat(query.getMetaData().getColumnCount()).isEqualTo(1);
		}
	}

	@Test
	void streamIsSentOnceAtTheLevel() throws SQLException {
		try (PreparedStatement update = this.connection.prepareStatement("update item set data = ? where id = ?")) {
			for (int id = 1; id <= 2; id++) {
				update.setBinaryStream(1, new ByteArrayInputStream(new byte[] { 1, 2, 3 }), 3);
				update.setInt(2, id);
				assertThat(update.executeUpdate()).isEqualTo(1);
			}
		}
		assertThat(level()).isEqualTo("repeatable read");
	}

	@Test
	void batchRunsAtTheLevelAlsoWhenAQueryComesBetween() throws SQLException {
		try (PreparedStatement insert = this.connection.prepareStatement("insert into item (id, name) values (?, ?)")) {
			for (int id = 10; id < 13; id++) {
				insert.setInt(1, id);
				insert.setString(2, "batch");
				insert.addBatch();
			}
			assertThat(level()).isEqualTo("repeatable read");
			assertThat(insert.executeBatch()).hasSize(3);
		}
		this.connection.commit();
		assertThat(level()).isEqualTo("repeatable read");
	}

	@Test
	void pendingBatchWhenTheStatementIsExecutedIsNotExecutedWithIt() throws SQLException {
		try (PreparedStatement insert = this.connection.prepareStatement("insert into item (id, name) values (?, ?)")) {
			insert.setInt(1, 20);
			insert.setString(2, "batch");
			insert.addBatch();
			insert.setInt(1, 21);
			assertThat(insert.executeUpdate()).isEqualTo(1);
			assertThat(insert.executeBatch()).hasSize(1);
		}
	}

	@Test
	void settingsOfTheStatementHold() throws SQLException {
		try (PreparedStatement query = this.connection.prepareStatement("select pg_sleep(?)")) {
			query.setQueryTimeout(1);
			query.setInt(1, 30);
			assertThatExceptionOfType(SQLException.class).isThrownBy(query::executeQuery)
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("57014"));
			this.connection.rollback();
		}
		try (PreparedStatement query = this.connection.prepareStatement("select id from item order by id")) {
			query.setMaxRows(2);
			try (ResultSet rows = query.executeQuery()) {
				assertThat(rows.next() && rows.next()).isTrue();
				assertThat(rows.next()).isFalse();
			}
			this.connection.rollback();
			query.closeOnCompletion();
			query.executeQuery().close();
			assertThat(query.isClosed()).isTrue();
		}
	}

	@Test
	void scrollableAndUpdatableResultsWork() throws SQLException {
		try (PreparedStatement query = this.connection.prepareStatement("select id, name from item order by id",
				ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE); ResultSet rows = query.executeQuery()) {
			assertThat(rows.last()).isTrue();
			rows.updateString("name", "changed");
			rows.updateRow();
			assertThat(rows.absolute(1)).isTrue();
			assertThat(rows.getInt(1)).isEqualTo(1);
		}
		try (Statement statement = this.connection.createStatement()) {
			assertThat(text(statement.executeQuery("select name from item where id = 3"))).isEqualTo("changed");
		}
	}

	@Test
	void statementIsCancelledWhileItRunsBehindTheLevel() throws Exception {
		try (PreparedStatement query = this.connection.prepareStatement("select pg_sleep(60)")) {
			Thread canceller = new Thread(() -> cancelWhenRunning(query), "canceller");
			canceller.start();
			assertThatExceptionOfType(SQLException.class).isThrownBy(query::executeQuery)
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("57014"));
			canceller.join();
		}
	}

	private static void cancelWhenRunning(Statement statement) {
		try (Connection observer = cluster.primary().connect(); Statement question = observer.createStatement()) {
			String running = "select count(*) from pg_stat_activity where state = 'active' and query like '%pg_sleep(60)%'"
					+ " and pid <> pg_backend_pid()";
			Awaitility.await().until(() -> !"0".equals(text(question.executeQuery(running))));
			statement.cancel();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void warningsOfTheStatementAreThere() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("do $$ begin raise warning 'look'; end $$");
			SQLWarning warning = statement.getWarnings();
			assertThat(String.valueOf(warning)).contains("look");
		}
	}

	@Test
	void callersOwnSetTransactionComesAfterAndHolds() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("set transaction read only");
			assertThat(text(statement.executeQuery("show transaction_read_only"))).isEqualTo("on");
			assertThat(text(statement.executeQuery(LEVEL))).isEqualTo("repeatable read");
		}
	}

	@Test
	void levelDoesNotReachTheNextTransactionOfAnother() throws SQLException {
		assertThat(level()).isEqualTo("repeatable read");
		this.connection.commit();
		this.connection.close();
		for (int i = 0; i < 4; i++) {
			try (Connection next = postgres.dataSource().getConnection();
					Statement statement = next.createStatement()) {
				next.setAutoCommit(false);
				assertThat(text(statement.executeQuery(LEVEL))).isEqualTo("read committed");
				next.commit();
			}
		}
	}

	@Test
	void levelHoldsAlsoAfterATransactionThatWasEndedByAStatement() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("commit");
			assertThat(text(statement.executeQuery(LEVEL))).isEqualTo("repeatable read");
			statement.execute("rollback");
			assertThat(text(statement.executeQuery(LEVEL))).isEqualTo("repeatable read");
		}
	}

	@Test
	void savepointComesBehindTheLevel() throws SQLException {
		this.connection.setSavepoint("s");
		assertThat(level()).isEqualTo("repeatable read");
	}

	@Test
	void textOfEveryKindRunsAsIfItWereAlone() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("create function two() returns setof int begin atomic select 1; select 2; end");
			this.connection.rollback();
			statement
				.execute("create function quoted() returns text language plpgsql as $f$ begin return ';'; end $f$;");
			assertThat(text(statement.executeQuery("select quoted();"))).isEqualTo(";");
			this.connection.rollback();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("copy item to stdout"));
			this.connection.rollback();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("copy item from stdin"));
			this.connection.rollback();
			assertThat(statement.execute("/* ; */ -- ;\n")).isFalse();
			this.connection.rollback();
			assertThat(statement.executeUpdate("create table made as select 1")).isEqualTo(1);
			this.connection.rollback();
			assertThat(text(statement.executeQuery("select id from item where id = 2 for update"))).isEqualTo("2");
			this.connection.rollback();
			assertThat(text(statement.executeQuery("explain (costs off) select 1"))).isEqualTo("Result");
			this.connection.rollback();
			statement.execute("listen something");
			assertThat(text(statement.executeQuery("select {fn upper('a')}"))).isEqualTo("A");
		}
		this.connection.rollback();
		try (PreparedStatement query = this.connection
			.prepareStatement("select 1 where '{\"a\":1}'::jsonb ?? ? and ? = '?'")) {
			query.setString(1, "a");
			query.setString(2, "?");
			assertThat(text(query.executeQuery())).isEqualTo("1");
		}
	}

	@Test
	void valuesTransferredInBinaryAreTheCallers() throws SQLException {
		try (PreparedStatement query = this.connection.prepareStatement(
				"select id, name, data, 1.5::float8, timestamp '2026-01-02 03:04:05' from item where id = ?")) {
			for (int i = 0; i < 15; i++) {
				query.setInt(1, 1 + i % 3);
				try (ResultSet rows = query.executeQuery()) {
					assertThat(rows.next()).isTrue();
					assertThat(rows.getInt(1)).isEqualTo(1 + i % 3);
					assertThat(rows.getString(2)).isEqualTo("n" + (1 + i % 3));
					assertThat(rows.getBytes(3)).isNull();
					assertThat(rows.getDouble(4)).isEqualTo(1.5);
					assertThat(rows.getTimestamp(5)).hasToString("2026-01-02 03:04:05.0");
				}
				this.connection.commit();
			}
		}
	}

	@Test
	void resultsKeptOpenStayOpen() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			assertThat(statement.execute("select 'a'; select 'b'")).isTrue();
			ResultSet first = statement.getResultSet();
			assertThat(statement.getMoreResults(Statement.KEEP_CURRENT_RESULT)).isTrue();
			assertThat(text(first)).isEqualTo("a");
			assertThat(text(statement.getResultSet())).isEqualTo("b");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "always", "conservative" })
	void failureThatTheDriverTakesBackBySavepointsLeavesTheTransactionUsable(String autosave) throws SQLException {
		try (NexsPostgres own = with("autosave", autosave); Connection mine = repeatable(own)) {
			RoutingFixture.execute(own, "create table changing (id int)");
			try (PreparedStatement query = mine.prepareStatement("select * from changing")) {
				for (int i = 0; i < 10; i++) {
					query.executeQuery().close();
					mine.commit();
				}
				RoutingFixture.execute(own, "alter table changing add column name text");
				try (ResultSet rows = query.executeQuery()) {
					assertThat(rows.getMetaData().getColumnCount()).isEqualTo(2);
				}
				mine.commit();
			}
			finally {
				RoutingFixture.execute(own, "drop table changing");
			}
			if (autosave.equals("always")) {
				try (Statement statement = mine.createStatement()) {
					assertThatExceptionOfType(SQLException.class)
						.isThrownBy(() -> statement.execute("insert into item values (1)"));
					assertThat(text(statement.executeQuery(LEVEL))).isEqualTo("repeatable read");
				}
			}
			mine.rollback();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "simple", "extendedForPrepared", "extendedCacheEverything" })
	void levelHoldsInEveryModeOfTheDriver(String mode) throws SQLException {
		try (NexsPostgres own = with("preferQueryMode", mode); Connection mine = repeatable(own)) {
			try (Statement statement = mine.createStatement();
					PreparedStatement update = mine.prepareStatement("update item set name = ? where id <= ?")) {
				for (int i = 0; i < 12; i++) {
					assertThat(text(statement.executeQuery(LEVEL))).isEqualTo("repeatable read");
					mine.commit();
					update.setString(1, "x");
					update.setInt(2, 2);
					assertThat(update.executeUpdate()).isEqualTo(2);
					assertThat(text(statement.executeQuery(LEVEL))).isEqualTo("repeatable read");
					mine.rollback();
				}
			}
		}
	}

	@Test
	void preludeOfTheApplicationMayReturnRowsAndEndInAComment() throws SQLException {
		Prelude tenant = (isolation) -> "select set_config('app.tenant', 'blue', true) -- the tenant";
		try (NexsPostgres own = with(tenant); Connection mine = own.dataSource().getConnection()) {
			mine.setAutoCommit(false);
			try (Statement statement = mine.createStatement();
					PreparedStatement prepared = mine
						.prepareStatement("select current_setting('app.tenant'), ?::int")) {
				assertThat(text(statement.executeQuery("select current_setting('app.tenant')"))).isEqualTo("blue");
				mine.commit();
				assertThat(statement.executeUpdate("update item set name = 'x' where id = 1")).isEqualTo(1);
				mine.rollback();
				prepared.setInt(1, 1);
				assertThat(text(prepared.executeQuery())).isEqualTo("blue");
				mine.commit();
			}
		}
	}

	@Test
	void preludeWithoutTextIsNone() throws SQLException {
		try (NexsPostgres own = with((isolation) -> " "); Connection mine = own.dataSource().getConnection()) {
			mine.setAutoCommit(false);
			try (Statement statement = mine.createStatement()) {
				assertThat(text(statement.executeQuery("select 'mine'"))).isEqualTo("mine");
			}
			mine.commit();
		}
	}

	private static NexsPostgres with(Prelude prelude) {
		return RoutingFixture.start(cluster,
				(builder) -> builder
					.collaborators((defaults) -> new RoutingCollaborators(defaults.balancer(), defaults.gate(),
							defaults.commit(), prelude, defaults.listener(), defaults.hooks(), defaults.limits())));
	}

	private static NexsPostgres with(String property, String value) {
		return RoutingFixture.start(cluster, (builder) -> builder
			.pool(PoolSettings.defaults().withMaxConns(2).withDriverProperties(Map.of(property, value))));
	}

	private static Connection repeatable(NexsPostgres own) throws SQLException {
		Connection mine = own.dataSource().getConnection();
		mine.setAutoCommit(false);
		mine.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
		return mine;
	}

}
