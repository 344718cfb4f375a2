package io.nexs.postgres.autoconfigure;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.nexs.postgres.routing.NexsPostgres;
import io.nexs.postgres.routing.ReadPreference;
import io.nexs.postgres.routing.RoutingSettings;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads many rows in a JVM of its own, in one read-only transaction of isolation
 * REPEATABLE READ whose first statement it is. The arguments: a DSN, what to read with,
 * the fetch size.
 */
public final class StreamingProgram {

	private static final long ROWS = 1_000_000;

	private static final String SQL = """
			select i, repeat('x', 92) || to_char(i, 'FM00000000'), pg_is_in_recovery(),
				current_setting('transaction_isolation')
			from generate_series(1, ?) i""";

	private final DataSource dataSource;

	private final int fetchSize;

	private long rows;

	private long sum;

	private StreamingProgram(DataSource dataSource, int fetchSize) {
		this.dataSource = dataSource;
		this.fetchSize = fetchSize;
	}

	/**
	 * Ends with 0 if all rows came from a replica in the isolation that was asked for.
	 */
	public static void main(String[] arguments) throws SQLException {
		try (NexsPostgres postgres = NexsPostgres.of(arguments[0])
			.routing(RoutingSettings.defaults().withPreference(ReadPreference.SECONDARY))
			.start()) {
			StreamingProgram program = new StreamingProgram(postgres.dataSource(), Integer.parseInt(arguments[2]));
			switch (arguments[1]) {
				case "jdbc" -> program.readWithJdbc();
				case "template" -> program.inTransaction(program::readWithTemplate);
				case "client" -> program.inTransaction(program::readWithClient);
				default -> throw new IllegalArgumentException(arguments[1]);
			}
			require(program.rows == ROWS && program.sum == ROWS * (ROWS + 1) / 2, "rows " + program.rows);
			require(postgres.pools().all().stream().allMatch((pool) -> pool.lent() == 0), "something is lent");
		}
	}

	private void readWithJdbc() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setReadOnly(true);
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			connection.setAutoCommit(false);
			try (PreparedStatement statement = connection.prepareStatement(SQL)) {
				statement.setFetchSize(this.fetchSize);
				statement.setLong(1, ROWS);
				try (ResultSet row = statement.executeQuery()) {
					while (row.next()) {
						add(check(row));
					}
				}
			}
			connection.commit();
		}
	}

	private void inTransaction(Runnable work) {
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		transaction.setReadOnly(true);
		transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		transaction.executeWithoutResult((status) -> work.run());
	}

	private void readWithTemplate() {
		JdbcTemplate template = new JdbcTemplate(this.dataSource);
		template.setFetchSize(this.fetchSize);
		try (Stream<Long> stream = template.queryForStream(SQL, (row, number) -> check(row), ROWS)) {
			stream.forEach(this::add);
		}
	}

	private void readWithClient() {
		try (Stream<Long> stream = JdbcClient.create(this.dataSource)
			.sql(SQL)
			.withFetchSize(this.fetchSize)
			.param(ROWS)
			.query((row, number) -> check(row))
			.stream()) {
			stream.forEach(this::add);
		}
	}

	private static long check(ResultSet row) throws SQLException {
		long value = row.getLong(1);
		String text = row.getString(2);
		require(text.length() == 100 && Long.parseLong(text.substring(92)) == value, text);
		require(row.getBoolean(3), "not read from a replica");
		require("repeatable read".equals(row.getString(4)), "isolation " + row.getString(4));
		return value;
	}

	private void add(long value) {
		this.rows++;
		this.sum += value;
	}

	private static void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new IllegalStateException(otherwise);
		}
	}

}
