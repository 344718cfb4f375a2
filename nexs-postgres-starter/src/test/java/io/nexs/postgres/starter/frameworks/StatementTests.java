package io.nexs.postgres.starter.frameworks;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Statements of every kind on a handle that moves from node to node, and in the isolation
 * its transaction asks for.
 */
class StatementTests extends OneHandle {

	private static final String INSERT = "insert into item (id, text)"
			+ " select ?, current_setting('transaction_isolation')";

	@Test
	void preparedStatementWhenUsedInTransactionsOnSeveralNodesAnswersFromEach() throws SQLException {
		List<String> servers = new ArrayList<>();
		try (Connection connection = open();
				PreparedStatement statement = connection.prepareStatement("select inet_server_port() + ?")) {
			statement.setInt(1, 0);
			statement.setFetchSize(10);
			for (boolean readOnly : new boolean[] { true, false, true }) {
				begin(connection, readOnly);
				try (ResultSet row = statement.executeQuery()) {
					row.next();
					servers.add(role(row.getInt(1)));
				}
				assertThat(statement.getFetchSize()).isEqualTo(10);
				commit(connection);
			}
		}
		assertThat(servers).containsExactly("replica", "primary", "replica");
	}

	@Test
	void generatedKeysWhenTheStatementWasPreparedOnAReplicaComeFromThePrimary() throws SQLException {
		long id = newId();
		try (Connection connection = open()) {
			begin(connection, true);
			try (PreparedStatement statement = connection.prepareStatement("insert into item (id) values (?)",
					new String[] { "id" })) {
				assertThat(server(connection)).isEqualTo("replica");
				statement.setLong(1, id);
				commit(connection);
				begin(connection, false);
				assertThat(statement.executeUpdate()).isOne();
				try (ResultSet keys = statement.getGeneratedKeys()) {
					assertThat(keys.next()).isTrue();
					assertThat(keys.getLong(1)).isEqualTo(id);
				}
			}
			commit(connection);
		}
		assertThat(committed(id)).isOne();
	}

	@Test
	void batchWhenFilledOnAReplicaIsWrittenToThePrimary() throws SQLException {
		long first = newId();
		long second = newId();
		try (Connection connection = open()) {
			begin(connection, true);
			try (PreparedStatement statement = connection.prepareStatement("insert into item (id) values (?)")) {
				assertThat(server(connection)).isEqualTo("replica");
				statement.setLong(1, first);
				statement.addBatch();
				commit(connection);
				begin(connection, false);
				statement.setLong(1, second);
				statement.addBatch();
				assertThat(statement.executeBatch()).hasSize(2);
			}
			commit(connection);
		}
		assertThat(committed(first) + committed(second)).isEqualTo(2);
	}

	@Test
	void batchOfInsertsAnswersThatTheCountsAreNotKnown() throws SQLException {
		try (Connection connection = open();
				PreparedStatement statement = connection.prepareStatement("insert into item (id) values (?)")) {
			for (int i = 0; i < 2; i++) {
				statement.setLong(1, newId());
				statement.addBatch();
			}
			assertThat(statement.executeBatch()).containsExactly(Statement.SUCCESS_NO_INFO, Statement.SUCCESS_NO_INFO);
		}
	}

	@Test
	void connectionOfAStatementIsTheHandleAndThatOfMetaDataIsNot() throws SQLException {
		try (Connection connection = open();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select 1")) {
			assertThat(statement.getConnection()).isSameAs(connection);
			assertThat(rows.getStatement()).isNotSameAs(statement);
			assertThat(connection.getMetaData().getConnection()).isNotSameAs(connection);
		}
	}

	@Test
	void callWhenPreparedOnAReplicaReturnsFromThePrimary() throws SQLException {
		try (Connection connection = open()) {
			begin(connection, true);
			try (CallableStatement call = connection.prepareCall("{ ? = call inet_server_port() }")) {
				call.registerOutParameter(1, Types.INTEGER);
				call.execute();
				assertThat(role(call.getInt(1))).isEqualTo("replica");
				commit(connection);
				begin(connection, false);
				call.execute();
				assertThat(role(call.getInt(1))).isEqualTo("primary");
			}
			commit(connection);
		}
	}

	@Test
	void resultSetWhenReadAfterCommitHasItsRowsUnlessTheyComeByACursor() throws SQLException {
		try (Connection connection = open()) {
			begin(connection, true);
			try (Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery("select id from many order by id")) {
				connection.commit();
				assertThat(rows.next()).isTrue();
				statement.setFetchSize(10);
			}
			try (Statement statement = connection.createStatement()) {
				statement.setFetchSize(10);
				try (ResultSet rows = statement.executeQuery("select id from many order by id")) {
					for (int i = 0; i < 10; i++) {
						assertThat(rows.next()).isTrue();
					}
					connection.commit();
					assertThatExceptionOfType(SQLException.class).isThrownBy(rows::next)
						.withMessageContaining("does not exist");
				}
			}
			connection.rollback();
			assertThat(server(connection)).isEqualTo("replica");
			commit(connection);
			begin(connection, false);
			assertThat(server(connection)).isEqualTo("primary");
			commit(connection);
		}
	}

	@Test
	void resultSetWhenTheHandleHasMovedIsClosed() throws SQLException {
		try (Connection connection = open()) {
			begin(connection, true);
			try (Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery("select id from many order by id")) {
				commit(connection);
				begin(connection, false);
				assertThat(server(connection)).isEqualTo("primary");
				assertThat(rows.isClosed()).isTrue();
				assertThatExceptionOfType(SQLException.class).isThrownBy(rows::next).withMessageContaining("closed");
			}
			commit(connection);
		}
	}

	@Test
	void rowsWhenTheirReplicaIsLostWhileTheyComeFailAndTheNextTransactionSucceeds() throws SQLException {
		try (Connection connection = open()) {
			begin(connection, true);
			try (Statement statement = connection.createStatement()) {
				statement.setFetchSize(10);
				try (ResultSet rows = statement
					.executeQuery("select inet_server_port() from generate_series(1, 1000000)")) {
					assertThat(rows.next()).isTrue();
					int port = rows.getInt(1);
					cluster().nodes()
						.stream()
						.filter((node) -> node.directPort() == port)
						.forEach((node) -> node.relay().reset());
					assertThatExceptionOfType(SQLException.class).isThrownBy(() -> readAll(rows))
						.satisfies((ex) -> assertThat(ex.getSQLState()).startsWith("08"));
				}
			}
			connection.rollback();
			assertThat(server(connection)).isEqualTo("replica");
			commit(connection);
		}
		awaitHealthy(context());
		bean(NodePools.class).all().forEach(NodePool::empty);
	}

	private static void readAll(ResultSet rows) throws SQLException {
		while (rows.next()) {
			rows.getInt(1);
		}
	}

	@Test
	void rowsWhenThereIsAFetchSizeComeInPiecesInATransactionAndAllAtOnceWithoutOne() throws SQLException {
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			connection.setReadOnly(true);
			statement.setFetchSize(10);
			assertThat(cursorsWhileReading(connection, statement)).isZero();
			begin(connection, true);
			assertThat(cursorsWhileReading(connection, statement)).isOne();
			commit(connection);
		}
	}

	private static int cursorsWhileReading(Connection connection, Statement statement) throws SQLException {
		try (ResultSet rows = statement.executeQuery("select id from many order by id");
				Statement other = connection.createStatement();
				ResultSet cursors = other
					.executeQuery("select count(*) from pg_cursors where statement like 'select id%'")) {
			assertThat(rows.next()).isTrue();
			cursors.next();
			return cursors.getInt(1);
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void isolationWhenAskedForIsInForceInTheFirstStatementOfItsKind(Kind kind) throws SQLException {
		for (boolean readOnly : new boolean[] { true, false }) {
			if (readOnly && kind.writes) {
				continue;
			}
			try (Connection connection = open()) {
				connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
				begin(connection, readOnly);
				assertThat(kind.work.apply(connection)).isEqualTo("repeatable read");
				assertThat(server(connection)).isEqualTo(readOnly ? "replica" : "primary");
				commit(connection);
				connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
				begin(connection, readOnly);
				assertThat(kind.work.apply(connection)).isEqualTo("read committed");
				commit(connection);
			}
		}
	}

	/**
	 * Kinds of statements, each of which says the isolation it ran in.
	 */
	enum Kind {

		PLAIN(false, (connection) -> query(connection, 0)),

		FETCHED(false, (connection) -> query(connection, 5)),

		PREPARED(false, (connection) -> {
			try (PreparedStatement statement = connection.prepareStatement("select current_setting(?)")) {
				statement.setString(1, "transaction_isolation");
				return first(statement.executeQuery());
			}
		}),

		CALL(false, (connection) -> {
			try (CallableStatement call = connection.prepareCall("{ ? = call current_setting(?) }")) {
				call.registerOutParameter(1, Types.VARCHAR);
				call.setString(2, "transaction_isolation");
				call.execute();
				return call.getString(1);
			}
		}),

		KEYS(true, (connection) -> {
			try (PreparedStatement statement = connection.prepareStatement(INSERT, new String[] { "text" })) {
				statement.setLong(1, newId());
				statement.executeUpdate();
				return first(statement.getGeneratedKeys());
			}
		}),

		BATCH(true, (connection) -> {
			long id = newId();
			try (PreparedStatement statement = connection.prepareStatement(INSERT);
					Statement select = connection.createStatement()) {
				statement.setLong(1, id);
				statement.addBatch();
				statement.setLong(1, newId());
				statement.addBatch();
				statement.executeBatch();
				return first(select.executeQuery("select text from item where id = " + id));
			}
		});

		private final boolean writes;

		private final Asking work;

		Kind(boolean writes, Asking work) {
			this.writes = writes;
			this.work = work;
		}

		private static String query(Connection connection, int fetchSize) throws SQLException {
			try (Statement statement = connection.createStatement()) {
				statement.setFetchSize(fetchSize);
				return first(statement.executeQuery("select current_setting('transaction_isolation')"));
			}
		}

		private static String first(ResultSet rows) throws SQLException {
			try (rows) {
				assertThat(rows.next()).isTrue();
				return rows.getString(1);
			}
		}

	}

	/**
	 * Says a statement and returns the isolation it ran in.
	 */
	@FunctionalInterface
	interface Asking {

		String apply(Connection connection) throws SQLException;

	}

}
