package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A statement of a {@link RoutedConnection}. It remembers how it was made and set, so
 * that it can be made again when its handle gets another connection: for a repeat, or
 * because a later transaction goes to another node. Not thread-safe, but for
 * {@link #cancel()}.
 *
 * @param <S> the JDBC type
 */
class RoutedStatement<S extends Statement> implements Statement {

	/**
	 * A statement is said at most this many times more after the first.
	 */
	static final int MAX_REPEATS = 2;

	/**
	 * Batches beyond this many entries are not remembered and so not repeated.
	 */
	private static final int LONGEST_BATCH = 1024;

	private final RoutedConnection handle;

	private final SqlFunction<Connection, S> factory;

	private Lease lease;

	private volatile S delegate;

	private @Nullable Map<String, SqlAction<? super S>> settings;

	private @Nullable List<SqlAction<? super S>> batch;

	private boolean batchForgotten;

	private boolean closed;

	RoutedStatement(RoutedConnection handle, SqlFunction<Connection, S> factory) throws SQLException {
		this.handle = handle;
		this.factory = factory;
		this.lease = handle.route().lease();
		this.delegate = create(this.lease);
	}

	private S create(Lease lease) throws SQLException {
		try {
			return this.factory.apply(lease.connection());
		}
		catch (SQLException ex) {
			if (lease.connection().isClosed()) {
				lease.markLost();
			}
			throw ex;
		}
	}

	/**
	 * The physical statement, wherever the handle's route is by now.
	 */
	S delegate() throws SQLException {
		checkOpen();
		return this.delegate;
	}

	private void checkOpen() throws SQLException {
		if (this.closed) {
			throw new SQLException("This statement has been closed", "55000");
		}
	}

	/**
	 * The physical statement on the connection of the present route; made again if that
	 * is another one than before.
	 */
	private S current() throws SQLException {
		checkOpen();
		Lease present = this.handle.route().lease();
		if (present != this.lease) {
			if (!isRepeatable()) {
				throw new SQLException("The route of the connection changed, and this statement has parameters or a"
						+ " batch that cannot be sent again; prepare it anew", "55000");
			}
			closeQuietly(this.delegate);
			this.delegate = makeAgain(present);
			this.lease = present;
		}
		return this.delegate;
	}

	/**
	 * Makes the physical statement again, with all that was said to it or not at all.
	 */
	private S makeAgain(Lease present) throws SQLException {
		S made = create(present);
		boolean ready = false;
		try {
			replay(made);
			ready = true;
			return made;
		}
		finally {
			if (!ready) {
				closeQuietly(made);
			}
		}
	}

	/**
	 * The physical statement for what prepares the next execution: made again if its
	 * connection was lost or given back meanwhile.
	 */
	final S settable() throws SQLException {
		checkOpen();
		boolean usable = this.handle.route().held() == this.lease && !this.lease.isLost();
		return usable ? this.delegate : current();
	}

	/**
	 * Says to a new physical statement what was said to the one before.
	 */
	void replay(S made) throws SQLException {
		if (this.settings != null) {
			for (SqlAction<? super S> setting : this.settings.values()) {
				setting.accept(made);
			}
		}
		if (this.batch != null) {
			for (SqlAction<? super S> entry : this.batch) {
				entry.accept(made);
			}
		}
	}

	/**
	 * Whether all that was said to this statement can be said again.
	 */
	boolean isRepeatable() {
		return !this.batchForgotten;
	}

	/**
	 * Executes, observes, and repeats where that is allowed.
	 */
	final <R extends @Nullable Object> R run(StatementKind kind, SqlFunction<? super S, R> call) throws SQLException {
		TransactionRoute route = this.handle.route();
		for (int repeats = 0;; repeats++) {
			S statement = current();
			Lease used = this.lease;
			long start = System.nanoTime();
			try {
				route.beforeStatement(used);
				R result = call.apply(statement);
				used.markUsed();
				route.router().observe(used, kind, start, null);
				return result;
			}
			catch (SQLException ex) {
				route.router().observe(used, kind, start, ex);
				boolean again = repeats < MAX_REPEATS && isRepeatable();
				if (!route.failed(used, ex, again)) {
					throw ex;
				}
			}
			catch (RuntimeException | Error ex) {
				used.markUsed();
				throw ex;
			}
		}
	}

	final void set(String name, SqlAction<? super S> setting) throws SQLException {
		setting.accept(settable());
		if (this.settings == null) {
			this.settings = new LinkedHashMap<>();
		}
		this.settings.put(name, setting);
	}

	final void addToBatch(SqlAction<? super S> entry) {
		if (this.batch == null) {
			this.batch = new ArrayList<>();
		}
		if (this.batch.size() < LONGEST_BATCH) {
			this.batch.add(entry);
		}
		else {
			this.batchForgotten = true;
		}
	}

	private void forgetBatch() {
		this.batch = null;
		this.batchForgotten = false;
	}

	@Override
	public void addBatch(String sql) throws SQLException {
		settable().addBatch(sql);
		addToBatch((statement) -> statement.addBatch(sql));
	}

	@Override
	public void clearBatch() throws SQLException {
		forgetBatch();
		settable().clearBatch();
	}

	@Override
	public int[] executeBatch() throws SQLException {
		try {
			return run(StatementKind.BATCH, BatchCall::execute);
		}
		finally {
			forgetBatch();
		}
	}

	@Override
	public long[] executeLargeBatch() throws SQLException {
		try {
			return run(StatementKind.BATCH, BatchCall::executeLarge);
		}
		finally {
			forgetBatch();
		}
	}

	@Override
	public Connection getConnection() throws SQLException {
		checkOpen();
		return this.handle;
	}

	@Override
	public void close() throws SQLException {
		if (!this.closed) {
			this.closed = true;
			this.delegate.close();
		}
	}

	@Override
	public boolean isClosed() throws SQLException {
		return this.closed || this.handle.isClosed() || this.delegate.isClosed();
	}

	@Override
	public <T> T unwrap(Class<T> iface) throws SQLException {
		if (iface.isInstance(this)) {
			return iface.cast(this);
		}
		S statement = delegate();
		this.lease.markUsed();
		return statement.unwrap(iface);
	}

	@Override
	public boolean isWrapperFor(Class<?> iface) throws SQLException {
		return iface.isInstance(this) || delegate().isWrapperFor(iface);
	}

	@Override
	public String toString() {
		return getClass().getSimpleName() + "[" + this.lease.route() + "]";
	}

	private static void closeQuietly(Statement statement) {
		try {
			statement.close();
		}
		catch (SQLException ex) {
			// It belongs to a connection that was given back or is dead
		}
	}

	@Override
	public ResultSet executeQuery(String sql) throws SQLException {
		return run(StatementKind.QUERY, (statement) -> statement.executeQuery(sql));
	}

	@Override
	public int executeUpdate(String sql) throws SQLException {
		return run(StatementKind.UPDATE, (statement) -> statement.executeUpdate(sql));
	}

	@Override
	public int getMaxFieldSize() throws SQLException {
		return delegate().getMaxFieldSize();
	}

	@Override
	public void setMaxFieldSize(int value) throws SQLException {
		set("setMaxFieldSize", (statement) -> statement.setMaxFieldSize(value));
	}

	@Override
	public int getMaxRows() throws SQLException {
		return delegate().getMaxRows();
	}

	@Override
	public void setMaxRows(int value) throws SQLException {
		set("setMaxRows", (statement) -> statement.setMaxRows(value));
	}

	@Override
	public void setEscapeProcessing(boolean value) throws SQLException {
		set("setEscapeProcessing", (statement) -> statement.setEscapeProcessing(value));
	}

	@Override
	public int getQueryTimeout() throws SQLException {
		return delegate().getQueryTimeout();
	}

	@Override
	public void setQueryTimeout(int value) throws SQLException {
		set("setQueryTimeout", (statement) -> statement.setQueryTimeout(value));
	}

	@Override
	public void cancel() throws SQLException {
		delegate().cancel();
	}

	@Override
	public SQLWarning getWarnings() throws SQLException {
		return delegate().getWarnings();
	}

	@Override
	public void clearWarnings() throws SQLException {
		delegate().clearWarnings();
	}

	@Override
	public void setCursorName(String sql) throws SQLException {
		set("setCursorName", (statement) -> statement.setCursorName(sql));
	}

	@Override
	public boolean execute(String sql) throws SQLException {
		return run(StatementKind.EXECUTE, (statement) -> statement.execute(sql));
	}

	@Override
	public ResultSet getResultSet() throws SQLException {
		return delegate().getResultSet();
	}

	@Override
	public int getUpdateCount() throws SQLException {
		return delegate().getUpdateCount();
	}

	@Override
	public boolean getMoreResults() throws SQLException {
		return delegate().getMoreResults();
	}

	@Override
	public void setFetchDirection(int value) throws SQLException {
		set("setFetchDirection", (statement) -> statement.setFetchDirection(value));
	}

	@Override
	public int getFetchDirection() throws SQLException {
		return delegate().getFetchDirection();
	}

	@Override
	public void setFetchSize(int value) throws SQLException {
		set("setFetchSize", (statement) -> statement.setFetchSize(value));
	}

	@Override
	public int getFetchSize() throws SQLException {
		return delegate().getFetchSize();
	}

	@Override
	public int getResultSetConcurrency() throws SQLException {
		return delegate().getResultSetConcurrency();
	}

	@Override
	public int getResultSetType() throws SQLException {
		return delegate().getResultSetType();
	}

	@Override
	public boolean getMoreResults(int value) throws SQLException {
		return delegate().getMoreResults(value);
	}

	@Override
	public ResultSet getGeneratedKeys() throws SQLException {
		return delegate().getGeneratedKeys();
	}

	@Override
	public int executeUpdate(String sql, int value) throws SQLException {
		return run(StatementKind.UPDATE, (statement) -> statement.executeUpdate(sql, value));
	}

	@Override
	public int executeUpdate(String sql, int[] value) throws SQLException {
		return run(StatementKind.UPDATE, (statement) -> statement.executeUpdate(sql, value));
	}

	@Override
	public int executeUpdate(String sql, String[] value) throws SQLException {
		return run(StatementKind.UPDATE, (statement) -> statement.executeUpdate(sql, value));
	}

	@Override
	public boolean execute(String sql, int value) throws SQLException {
		return run(StatementKind.EXECUTE, (statement) -> statement.execute(sql, value));
	}

	@Override
	public boolean execute(String sql, int[] value) throws SQLException {
		return run(StatementKind.EXECUTE, (statement) -> statement.execute(sql, value));
	}

	@Override
	public boolean execute(String sql, String[] value) throws SQLException {
		return run(StatementKind.EXECUTE, (statement) -> statement.execute(sql, value));
	}

	@Override
	public int getResultSetHoldability() throws SQLException {
		return delegate().getResultSetHoldability();
	}

	@Override
	public void setPoolable(boolean value) throws SQLException {
		set("setPoolable", (statement) -> statement.setPoolable(value));
	}

	@Override
	public boolean isPoolable() throws SQLException {
		return delegate().isPoolable();
	}

	@Override
	public void closeOnCompletion() throws SQLException {
		set("closeOnCompletion", (statement) -> statement.closeOnCompletion());
	}

	@Override
	public boolean isCloseOnCompletion() throws SQLException {
		return delegate().isCloseOnCompletion();
	}

	@Override
	public long getLargeUpdateCount() throws SQLException {
		return delegate().getLargeUpdateCount();
	}

	@Override
	public void setLargeMaxRows(long value) throws SQLException {
		set("setLargeMaxRows", (statement) -> statement.setLargeMaxRows(value));
	}

	@Override
	public long getLargeMaxRows() throws SQLException {
		return delegate().getLargeMaxRows();
	}

	@Override
	public long executeLargeUpdate(String sql) throws SQLException {
		return run(StatementKind.UPDATE, (statement) -> statement.executeLargeUpdate(sql));
	}

	@Override
	public long executeLargeUpdate(String sql, int value) throws SQLException {
		return run(StatementKind.UPDATE, (statement) -> statement.executeLargeUpdate(sql, value));
	}

	@Override
	public long executeLargeUpdate(String sql, int[] value) throws SQLException {
		return run(StatementKind.UPDATE, (statement) -> statement.executeLargeUpdate(sql, value));
	}

	@Override
	public long executeLargeUpdate(String sql, String[] value) throws SQLException {
		return run(StatementKind.UPDATE, (statement) -> statement.executeLargeUpdate(sql, value));
	}

}
