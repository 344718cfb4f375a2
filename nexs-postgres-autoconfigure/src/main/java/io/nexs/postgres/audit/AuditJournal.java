package io.nexs.postgres.audit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookVetoException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the table in the transactions that are audited. What could not be written is
 * remembered until COMMIT, since only what is thrown before an operation can refuse it.
 * Thread-safe, as far as each connection is used by one thread at a time.
 */
final class AuditJournal {

	private static final Logger logger = LoggerFactory.getLogger(AuditHook.class);

	private static final String ROW = "audit.row";

	/** So many rows are inserted before COMMIT, so that they do not fill the memory. */
	private static final int MOST_PENDING = 500;

	private final AuditTableSettings settings;

	private final AuditRows rows;

	private final Map<Connection, Pending> transactions = new ConcurrentHashMap<>();

	AuditJournal(AuditTableSettings settings) {
		this.settings = settings;
		this.rows = new AuditRows(settings.table());
	}

	/**
	 * Whether the operation can change anything, and the table with it.
	 */
	boolean isWritable(HookContext context) {
		Connection connection = context.connection();
		try {
			return connection != null && !"replica".equals(context.role()) && !connection.isReadOnly();
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * An audited operation is about to begin.
	 */
	void before(HookContext context, AuditRecord record) {
		Connection connection = context.connection();
		if (connection == null || !isAutoCommit(connection)) {
			return;
		}
		if (this.settings.autoCommit() == AuditAutoCommit.REFUSE) {
			throw new HookVetoException("A change outside of a transaction cannot be audited; begin one, or set"
					+ " 'nexs.db.audit.table.auto-commit'");
		}
		if (this.settings.autoCommit() == AuditAutoCommit.AHEAD) {
			try {
				context.put(ROW, this.rows.insert(connection, record));
			}
			catch (SQLException ex) {
				failedBefore(ex);
			}
		}
	}

	private void failedBefore(SQLException failure) {
		if (this.settings.required()) {
			throw veto(failure);
		}
		warn(failure);
	}

	/**
	 * An audited operation has ended.
	 */
	void after(HookContext context, AuditRecord record) {
		Connection connection = context.connection();
		if (connection == null) {
			return;
		}
		try {
			if (context.get(ROW) instanceof Long id) {
				this.rows.update(connection, id, record);
			}
			else if (isAutoCommit(connection)) {
				afterAutoCommit(connection, record);
			}
			else if (record.outcome() == AuditOutcome.SUCCESS) {
				inTransaction(connection, record);
			}
		}
		catch (SQLException ex) {
			warn(ex);
		}
	}

	private void afterAutoCommit(Connection connection, AuditRecord record) throws SQLException {
		if (this.settings.autoCommit() == AuditAutoCommit.AFTER && record.outcome() == AuditOutcome.SUCCESS) {
			this.rows.insert(connection, List.of(record));
		}
	}

	private void inTransaction(Connection connection, AuditRecord record) throws SQLException {
		Pending pending = this.transactions.computeIfAbsent(connection, (any) -> new Pending());
		pending.records.add(record);
		if (this.settings.write() == AuditWrite.STATEMENT || pending.records.size() >= MOST_PENDING) {
			flush(connection, pending);
		}
	}

	private void flush(Connection connection, Pending pending) throws SQLException {
		List<AuditRecord> records = List.copyOf(pending.records);
		pending.records.clear();
		if (records.isEmpty()) {
			return;
		}
		try {
			if (this.settings.required()) {
				this.rows.insert(connection, records);
			}
			else {
				this.rows.tryInsert(connection, records);
			}
		}
		catch (SQLException ex) {
			pending.failure = ex;
			throw ex;
		}
	}

	/**
	 * COMMIT is about to be said. It is refused if a row is missing, and the owner of the
	 * transaction rolls it back.
	 */
	void beforeCommit(HookContext context) {
		Connection connection = context.connection();
		Pending pending = (connection != null) ? this.transactions.remove(connection) : null;
		if (connection == null || pending == null) {
			return;
		}
		if (pending.failure == null) {
			try {
				flush(connection, pending);
			}
			catch (SQLException ex) {
				warn(ex);
			}
		}
		if (pending.failure != null && this.settings.required()) {
			throw veto(pending.failure);
		}
	}

	/**
	 * The transaction is over.
	 */
	void forget(HookContext context) {
		Connection connection = context.connection();
		if (connection != null && !this.transactions.isEmpty()) {
			this.transactions.remove(connection);
		}
	}

	private static boolean isAutoCommit(Connection connection) {
		try {
			return connection.getAutoCommit();
		}
		catch (SQLException ex) {
			return false;
		}
	}

	private HookVetoException veto(SQLException failure) {
		return new HookVetoException("The row in the audit table " + this.settings.table()
				+ " could not be written (SQLSTATE " + failure.getSQLState() + ")");
	}

	private void warn(SQLException failure) {
		logger.warn("A row in the audit table {} could not be written: SQLSTATE {}", this.settings.table(),
				failure.getSQLState());
	}

	/**
	 * What a transaction has not written yet, and whether it could write the rest.
	 */
	private static final class Pending {

		private final List<AuditRecord> records = new ArrayList<>();

		private @Nullable SQLException failure;

	}

}
