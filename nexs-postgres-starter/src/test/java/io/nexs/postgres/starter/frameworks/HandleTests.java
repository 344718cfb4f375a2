package io.nexs.postgres.starter.frameworks;

import java.io.StringWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * One connection held over several transactions, and what JDBC lets an application do
 * with it.
 */
class HandleTests extends OneHandle {

	@Test
	void transactionsWhenOnOneHandleAreRoutedEachAnew() throws SQLException {
		List<String> servers = new ArrayList<>();
		try (Connection connection = open()) {
			for (boolean readOnly : new boolean[] { true, false, true, true, false }) {
				begin(connection, readOnly);
				servers.add(server(connection));
				commit(connection);
			}
		}
		assertThat(servers).containsExactly("replica", "primary", "replica", "replica", "primary");
	}

	@Test
	void transactionsWhenOnOneHandleWithoutAutoCommitAreRoutedEachAnew() throws SQLException {
		List<String> servers = new ArrayList<>();
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			for (boolean readOnly : new boolean[] { true, false, true, true, false }) {
				connection.setReadOnly(readOnly);
				servers.add(server(connection));
				connection.rollback();
			}
		}
		assertThat(servers).containsExactly("replica", "primary", "replica", "replica", "primary");
	}

	@Test
	void transactionsWhenTheDataSourceHasASingleConnectionAreRoutedEachAnew() throws SQLException {
		SingleConnectionDataSource single = new SingleConnectionDataSource(open(), true);
		JdbcTransactionManager manager = new JdbcTransactionManager(single);
		JdbcClient jdbc = JdbcClient.create(single);
		TransactionTemplate write = new TransactionTemplate(manager);
		TransactionTemplate read = new TransactionTemplate(manager);
		read.setReadOnly(true);
		long id = newId();
		List<String> servers = new ArrayList<>();
		for (TransactionTemplate template : List.of(read, write, read)) {
			template.executeWithoutResult((status) -> servers.add(role(jdbc.sql(PORT).query(Integer.class).single())));
		}
		write.executeWithoutResult((status) -> jdbc.sql("insert into item (id) values (?)").param(id).update());
		single.destroy();
		assertThat(servers).containsExactly("replica", "primary", "replica");
		assertThat(committed(id)).isOne();
	}

	@Test
	void handleWhenClosedTwiceOrWithOpenRowsGivesItsConnectionBack() throws SQLException {
		Connection connection = open();
		begin(connection, true);
		Statement statement = connection.createStatement();
		ResultSet rows = statement.executeQuery("select id from many");
		connection.close();
		connection.close();
		assertThat(connection.isClosed()).isTrue();
		assertThat(statement.isClosed()).isTrue();
		rows.close();
		statement.close();
		assertThatExceptionOfType(SQLException.class).isThrownBy(connection::createStatement)
			.withMessageContaining("closed");
	}

	@Test
	void flagWhenChangedInATransactionIsRefusedAndTheTransactionGoesOn() throws SQLException {
		long id = newId();
		try (Connection connection = open()) {
			begin(connection, false);
			try (Statement statement = connection.createStatement()) {
				statement.executeUpdate("insert into item (id) values (" + id + ")");
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connection.setReadOnly(true))
					.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("25001"));
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE))
					.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("25001"));
				assertThat(server(connection)).isEqualTo("primary");
			}
			commit(connection);
		}
		assertThat(committed(id)).isOne();
	}

	@Test
	void temporaryTableWhenTheTransactionIsReadWriteIsThere() throws SQLException {
		try (Connection connection = open()) {
			begin(connection, false);
			try (Statement statement = connection.createStatement()) {
				statement.execute("create temp table scratch on commit drop as select 1 as one");
				try (ResultSet rows = statement.executeQuery("select one from scratch")) {
					assertThat(rows.next()).isTrue();
				}
			}
			commit(connection);
		}
	}

	@Test
	void temporaryTableWhenTheTransactionIsOnAReplicaIsRefused() throws SQLException {
		try (Connection connection = open()) {
			begin(connection, true);
			try (Statement statement = connection.createStatement()) {
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.execute("create temp table scratch (id int)"))
					.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("25006"));
			}
			connection.rollback();
			commit(connection);
		}
	}

	/**
	 * Each server has advisory locks of its own.
	 */
	@Test
	void advisoryLockWhenTakenInAReadOnlyTransactionIsOfTheReplicaAlone() throws SQLException {
		try (Connection writer = open(); Connection reader = open()) {
			begin(writer, false);
			begin(reader, true);
			assertThat(tryLock(writer)).isTrue();
			assertThat(tryLock(reader)).isTrue();
			commit(writer);
			commit(reader);
		}
	}

	private static boolean tryLock(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select pg_try_advisory_xact_lock(4711)")) {
			return row.next() && row.getBoolean(1);
		}
	}

	@Test
	void copyWhenTheTransactionIsReadOnlyComesFromTheReplica() throws Exception {
		StringWriter text = new StringWriter();
		try (Connection connection = open()) {
			begin(connection, true);
			connection.unwrap(PGConnection.class)
				.getCopyAPI()
				.copyOut("copy (select inet_server_port()) to stdout", text);
			commit(connection);
		}
		assertThat(role(Integer.parseInt(text.toString().strip()))).isEqualTo("replica");
	}

}
