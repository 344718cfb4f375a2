package io.nexs.postgres.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

import io.nexs.postgres.masking.OperationSummary;
import org.jspecify.annotations.Nullable;

/**
 * Says the statements on the table on the connection of whoever is audited. Stateless.
 */
final class AuditRows {

	private static final String SAVEPOINT = "nexs_audit";

	private final AuditTable table;

	AuditRows(AuditTable table) {
		this.table = table;
	}

	/**
	 * Inserts a row that is to be updated.
	 * @return its id
	 */
	long insert(Connection connection, AuditRecord record) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.table.insert() + " returning id")) {
			bind(statement, record);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				return row.getLong(1);
			}
		}
	}

	void insert(Connection connection, List<AuditRecord> records) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.table.insert())) {
			for (AuditRecord record : records) {
				bind(statement, record);
				statement.addBatch();
			}
			statement.executeBatch();
		}
	}

	/**
	 * Inserts rows so that a failure leaves the transaction as it is.
	 */
	void tryInsert(Connection connection, List<AuditRecord> records) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("savepoint " + SAVEPOINT);
			try {
				insert(connection, records);
				statement.execute("release savepoint " + SAVEPOINT);
			}
			catch (SQLException ex) {
				statement.execute("rollback to savepoint " + SAVEPOINT + "; release savepoint " + SAVEPOINT);
				throw ex;
			}
		}
	}

	void update(Connection connection, long id, AuditRecord record) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.table.update())) {
			setRows(statement, 1, record.operation().rows());
			statement.setString(2, record.outcome().tag());
			setText(statement, 3, record.operation().sqlState());
			statement.setLong(4, id);
			statement.executeUpdate();
		}
	}

	private static void bind(PreparedStatement statement, AuditRecord record) throws SQLException {
		OperationSummary operation = record.operation();
		statement.setObject(1, OffsetDateTime.ofInstant(record.at(), ZoneOffset.UTC));
		setText(statement, 2, record.user());
		setText(statement, 3, record.tenant());
		setText(statement, 4, operation.correlationId());
		setText(statement, 5, operation.node());
		statement.setString(6, operation.operation());
		setText(statement, 7, operation.sql());
		setText(statement, 8, operation.parameters().isEmpty() ? null : operation.parameters().toString());
		setRows(statement, 9, operation.rows());
		statement.setString(10, record.outcome().tag());
		setText(statement, 11, operation.sqlState());
	}

	/**
	 * The server takes any character but this one.
	 */
	private static void setText(PreparedStatement statement, int index, @Nullable String text) throws SQLException {
		if (text == null) {
			statement.setNull(index, Types.VARCHAR);
		}
		else {
			statement.setString(index, text.replace('\0', ' '));
		}
	}

	private static void setRows(PreparedStatement statement, int index, long rows) throws SQLException {
		if (rows < 0) {
			statement.setNull(index, Types.BIGINT);
		}
		else {
			statement.setLong(index, rows);
		}
	}

}
