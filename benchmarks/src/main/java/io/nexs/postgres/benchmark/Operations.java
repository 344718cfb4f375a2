package io.nexs.postgres.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What is done with a subject: plain JDBC in autocommit mode, and Spring's transactions.
 * Thread-safe as the subject is.
 */
final class Operations {

	/**
	 * Rows of a batch, and of the query of many rows.
	 */
	static final int MANY = 100;

	private static final List<Integer> BATCH = IntStream.range(0, MANY).boxed().toList();

	private final Subject subject;

	private final JdbcTemplate reads;

	private final JdbcTemplate writes;

	private final TransactionTemplate readOnly;

	private final TransactionTemplate transaction;

	Operations(Subject subject) {
		this.subject = subject;
		this.reads = new JdbcTemplate(subject.reads());
		this.writes = new JdbcTemplate(subject.writes());
		this.readOnly = new TransactionTemplate(new JdbcTransactionManager(subject.reads()));
		this.readOnly.setReadOnly(true);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(subject.writes()));
	}

	private static int anyId() {
		return 1 + ThreadLocalRandom.current().nextInt(Servers.ROWS);
	}

	/**
	 * A row by its key in autocommit mode, on the primary.
	 */
	String query() throws SQLException {
		Subject.enter(this.subject.writeKey());
		try (Connection connection = this.subject.writes().getConnection();
				PreparedStatement statement = connection.prepareStatement("select name from item where id = ?")) {
			statement.setInt(1, anyId());
			try (ResultSet rows = statement.executeQuery()) {
				rows.next();
				return rows.getString(1);
			}
		}
		finally {
			Subject.leave(this.subject.writeKey());
		}
	}

	/**
	 * A hundred rows in autocommit mode, on the primary.
	 */
	List<String> queryAll() throws SQLException {
		Subject.enter(this.subject.writeKey());
		try (Connection connection = this.subject.writes().getConnection();
				PreparedStatement statement = connection
					.prepareStatement("select id, name from item where id >= ? order by id limit " + MANY)) {
			statement.setInt(1, 1 + ThreadLocalRandom.current().nextInt(Servers.ROWS - MANY));
			List<String> names = new ArrayList<>(MANY);
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					names.add(rows.getString(2));
				}
			}
			return names;
		}
		finally {
			Subject.leave(this.subject.writeKey());
		}
	}

	/**
	 * An update of one row in autocommit mode.
	 */
	int exec() throws SQLException {
		Subject.enter(this.subject.writeKey());
		try (Connection connection = this.subject.writes().getConnection();
				PreparedStatement statement = connection
					.prepareStatement("update counter set value = value + 1 where id = ?")) {
			statement.setInt(1, anyId());
			return statement.executeUpdate();
		}
		finally {
			Subject.leave(this.subject.writeKey());
		}
	}

	/**
	 * A read-only transaction of Spring that reads one row, on the replica.
	 */
	String readOnlyTransaction() {
		Subject.enter(this.subject.readKey());
		try {
			return this.readOnly.execute(
					(status) -> this.reads.queryForObject("select name from item where id = ?", String.class, anyId()));
		}
		finally {
			Subject.leave(this.subject.readKey());
		}
	}

	/**
	 * A transaction of Spring that updates one row.
	 */
	int transaction() {
		Subject.enter(this.subject.writeKey());
		try {
			return this.transaction
				.execute((status) -> this.writes.update("update counter set value = value + 1 where id = ?", anyId()));
		}
		finally {
			Subject.leave(this.subject.writeKey());
		}
	}

	/**
	 * A transaction of Spring that inserts a hundred rows as one batch.
	 */
	int[][] batch() {
		Subject.enter(this.subject.writeKey());
		try {
			return this.transaction.execute((status) -> this.writes.batchUpdate("insert into line values (?, ?)", BATCH,
					MANY, (statement, id) -> {
						statement.setInt(1, id);
						statement.setString(2, "a line of some length");
					}));
		}
		finally {
			Subject.leave(this.subject.writeKey());
		}
	}

}
