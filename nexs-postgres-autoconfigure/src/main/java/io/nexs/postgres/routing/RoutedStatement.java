package io.nexs.postgres.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookDispatcher;
import io.nexs.postgres.hook.HookParameter;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookSubject;
import io.nexs.postgres.limits.LimitKind;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/**
 * A statement of a {@link RoutedConnection}. It remembers how it was made and set, so
 * that it can be made again when its handle gets another connection: for a repeat, or
 * because a later transaction goes to another node. Not thread-safe, but for
 * {@link #cancel()}.
 *
 * @param <S> the JDBC type
 */
class RoutedStatement<S extends Statement> implements Statement, HookSubject {

	/**
	 * A statement is said at most this many times more after the first.
	 */
	static final int MAX_REPEATS = 2;

	/**
	 * Batches beyond this many entries are not remembered and so not repeated.
	 */
	private static final int LONGEST_BATCH = 1024;

	private static final VarHandle DELEGATE = delegateField();

	private final RoutedConnection handle;

	private final StatementMaker<S> maker;

	private final String sql;

	private Lease lease;

	/** Written by {@link #use}, since a thread that cancels reads it. */
	private S delegate;

	/** Made with the first of them. */
	private volatile @Nullable Extras<S> extras;

	private boolean closed;

	/**
	 * Creates a statement.
	 * @param sql its text, empty for one that gets its text later
	 */
	RoutedStatement(RoutedConnection handle, String sql, StatementMaker<S> maker) throws SQLException {
		this.handle = handle;
		this.sql = sql;
		this.maker = maker;
		Lease first = handle.route().lease();
		S made;
		try {
			made = create(first);
		}
		catch (SQLException ex) {
			if (!handle.route().failedUnused(first, ex)) {
				throw ex;
			}
			first = handle.route().lease();
			made = create(first);
		}
		this.lease = first;
		this.delegate = made;
	}

	/**
	 * A volatile write would wait until all writes before are done.
	 */
	private void use(S made) {
		DELEGATE.setRelease(this, made);
	}

	private static VarHandle delegateField() {
		try {
			return MethodHandles.lookup().findVarHandle(RoutedStatement.class, "delegate", Statement.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private Extras<S> extras() {
		Extras<S> present = this.extras;
		if (present == null) {
			present = new Extras<>();
			this.extras = present;
		}
		return present;
	}

	/**
	 * The text of the application.
	 */
	final String sql() {
		return this.sql;
	}

	/**
	 * Makes the physical statement.
	 */
	final StatementMaker<S> maker() {
		return this.maker;
	}

	/**
	 * What is sent for the text of the application. Called while the statement is made.
	 */
	String said() throws SQLException {
		return this.sql;
	}

	private S create(Lease lease) throws SQLException {
		try {
			return this.maker.make(lease.connection(), said());
		}
		catch (SQLException ex) {
			if (lease.connection().isClosed()) {
				lease.markLost();
			}
			this.handle.route().failedToPrepare(lease, ex);
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

	/**
	 * The physical statement that has the results of the last execution.
	 */
	private S executed() throws SQLException {
		checkOpen();
		return results();
	}

	@SuppressWarnings("unchecked")
	private S results() {
		S other = executedOther();
		return (other != null) ? other : (S) DELEGATE.getAcquire(this);
	}

	private @Nullable S executedOther() {
		Extras<S> present = this.extras;
		return (present != null) ? present.executed : null;
	}

	/**
	 * What has the results of the last execution.
	 * @param other another one than the delegate, or {@code null} for that
	 */
	private void executedBy(@Nullable S other) {
		if (other != null) {
			extras().executed = other;
			return;
		}
		Extras<S> present = this.extras;
		if (present != null) {
			present.executed = null;
		}
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
			S made = makeAgain(present);
			use(made);
			executedBy(null);
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
	 * The same without a look at the connection.
	 */
	final S held() throws SQLException {
		checkOpen();
		return (this.handle.route().held() == this.lease) ? this.delegate : current();
	}

	/**
	 * Asks what the server may have to answer; on another connection if that at hand
	 * turns out dead.
	 */
	final <R extends @Nullable Object> R ask(SqlFunction<? super S, R> question) throws SQLException {
		S statement = settable();
		try {
			return question.apply(statement);
		}
		catch (SQLException ex) {
			return question.apply(settableAfter(ex));
		}
	}

	/**
	 * The physical statement on another connection, if the one at hand turned out dead
	 * before it was used.
	 * @param failure thrown again if that is not so
	 */
	final S settableAfter(SQLException failure) throws SQLException {
		if (!isRepeatable() || !this.handle.route().failedUnused(this.lease, failure)) {
			throw failure;
		}
		return settable();
	}

	/**
	 * Makes sure that the connection is alive, where that was left to the first
	 * statement.
	 */
	final void tryConnection() throws SQLException {
		this.handle.route().tryConnection();
	}

	/**
	 * Says to a new physical statement what was said to the one before.
	 */
	private void replay(S made) throws SQLException {
		prepare(made);
		addEntriesAgain(made);
		bindAgain(made);
	}

	private void addEntriesAgain(S made) throws SQLException {
		Extras<S> present = this.extras;
		if (present != null && present.batch != null) {
			for (SqlAction<? super S> entry : present.batch) {
				entry.accept(made);
			}
		}
	}

	/**
	 * Says the settings to a new physical statement.
	 */
	final void prepare(S made) throws SQLException {
		Extras<S> present = this.extras;
		if (present != null && present.settings != null) {
			for (SqlAction<? super S> setting : present.settings.values()) {
				setting.accept(made);
			}
		}
	}

	/**
	 * Binds the parameters of a new physical statement.
	 */
	void bindAgain(S made) throws SQLException {
		// There are none in a text
	}

	/**
	 * Whether all that was said to this statement can be said again.
	 */
	boolean isRepeatable() {
		Extras<S> present = this.extras;
		return present == null || !present.batchForgotten;
	}

	/**
	 * Executes, with hooks called around it.
	 */
	final <R extends @Nullable Object> R run(StatementKind kind, @Nullable String sql, StatementCall<? super S, R> call)
			throws SQLException {
		TransactionRoute route = this.handle.route();
		HookDispatcher hooks = route.hooks();
		route.enter();
		try {
			return hooks.isActive() ? runHooked(hooks, kind, sql, call) : repeat(kind, call, null);
		}
		finally {
			route.leave();
		}
	}

	private <R extends @Nullable Object> R runHooked(HookDispatcher hooks, StatementKind kind, @Nullable String sql,
			StatementCall<? super S, R> call) throws SQLException {
		HookPoint point = kind.point(sql);
		current();
		HookContext context = announce(hooks, point, sql);
		R result;
		try {
			result = repeat(kind, call, context);
		}
		catch (SQLException | RuntimeException | Error ex) {
			hooks.after(context, this.lease, -1, ex);
			throw ex;
		}
		if (context != null) {
			hooks.after(context, this.lease, RowCount.of(result, results()), null);
		}
		return result;
	}

	/**
	 * The driver keeps a batch that is refused, and would send it with the next one.
	 */
	private @Nullable HookContext announce(HookDispatcher hooks, HookPoint point, @Nullable String sql)
			throws SQLException {
		try {
			this.handle.route().announce(this.lease);
			return hooks.before(point, sql, this, this.lease);
		}
		catch (RuntimeException | Error ex) {
			if (point == HookPoint.BATCH) {
				this.delegate.clearBatch();
			}
			throw ex;
		}
	}

	/**
	 * Executes, observes, and repeats where that is allowed.
	 */
	private <R extends @Nullable Object> R repeat(StatementKind kind, StatementCall<? super S, R> call,
			@Nullable HookContext context) throws SQLException {
		TransactionRoute route = this.handle.route();
		long began = 0;
		for (int repeats = 0;; repeats++) {
			S statement = current();
			Lease used = this.lease;
			boolean timed = context != null || route.router().isTimed(used);
			long start = timed ? System.nanoTime() : Router.UNTIMED;
			began = (repeats != 0) ? began : start;
			String first = null;
			try {
				R result;
				long limit = route.limits().isActive() ? limit(route, kind) : 0;
				if (route.runsAlone(used, kind, limit)) {
					result = alone(route, kind, call, statement, limit);
					used.markUsed();
				}
				else {
					first = route.begin(used);
					result = route.limits().isActive() ? executeInTime(route, kind, limit, call, statement, first)
							: execute(call, statement, Preface.of(first));
					route.succeeded(used);
				}
				HookDispatcher.took(context, route.router().observe(used, kind, start, null) - began);
				return result;
			}
			catch (SQLException ex) {
				HookDispatcher.took(context, route.router().observe(used, kind, start, ex) - began);
				route.notBegun(used, first);
				boolean again = repeats < MAX_REPEATS && isRepeatable();
				if (!route.failed(used, ex, again)) {
					throw ex;
				}
			}
			catch (RuntimeException | Error ex) {
				route.notBegun(used, first);
				used.markUsed();
				throw ex;
			}
		}
	}

	private int ownLimit() {
		Extras<S> present = this.extras;
		return (present != null) ? present.ownLimit : 0;
	}

	private long limit(TransactionRoute route, StatementKind kind) {
		return route.limits().nanos(LimitedCalls.kind(this.lease, kind), ownLimit());
	}

	private <R extends @Nullable Object> R executeInTime(TransactionRoute route, StatementKind kind, long limit,
			StatementCall<? super S, R> call, S statement, @Nullable String first) throws SQLException {
		if (route.commitsBySelf(this.lease)) {
			return execute(call, statement, Preface.of(first));
		}
		LimitKind limited = LimitedCalls.kind(this.lease, kind);
		int millis = route.limits().backstopMillis(limited);
		boolean follows = follows(call, statement);
		String backstop = !route.isAutoCommit() ? this.lease.backstop().text(millis, follows || first != null)
				: follows ? Backstop.alone(millis) : null;
		Preface preface = Preface.of(first, backstop);
		return route.limits().run(this.lease, limited, limit, () -> execute(call, statement, preface));
	}

	/**
	 * The driver forgets the entries of a batch that failed.
	 */
	private <R extends @Nullable Object> R alone(TransactionRoute route, StatementKind kind,
			StatementCall<? super S, R> call, S statement, long limit) throws SQLException {
		SqlFunction<Lease, R> again = (lease) -> {
			if (kind == StatementKind.BATCH) {
				addEntriesAgain(statement);
				bindAgain(statement);
			}
			return execute(call, statement);
		};
		boolean forgotten = kind == StatementKind.BATCH && !isRepeatable();
		SqlFunction<Lease, R> inTime = (lease) -> {
			LimitKind limited = LimitedCalls.kind(lease, kind);
			R result = route.limits()
				.run(lease, limited, limit,
						() -> executeInOneGo(call, statement, route.limits().backstopMillis(limited)));
			OneStatementTransaction.checkNotBegun(lease, statement.getWarnings());
			return result;
		};
		return route.alone(this.lease, inTime, forgotten ? null : again);
	}

	/**
	 * In autocommit mode the driver fetches all rows at once. Within a transaction it
	 * would leave some on the server, which COMMIT takes away, and give no count.
	 */
	private <R extends @Nullable Object> R executeInOneGo(StatementCall<? super S, R> call, S statement,
			int backstopMillis) throws SQLException {
		int fetchSize = statement.getFetchSize();
		if (fetchSize != 0) {
			statement.setFetchSize(0);
		}
		try {
			String backstop = this.lease.backstop().text(backstopMillis, follows(call, statement));
			return execute(call, statement, Preface.of(backstop));
		}
		finally {
			if (fetchSize != 0) {
				statement.setFetchSize(fetchSize);
			}
		}
	}

	private <R extends @Nullable Object> R execute(StatementCall<? super S, R> call, S statement,
			@Nullable Preface first) throws SQLException {
		return (first == null) ? execute(call, statement) : executeFirst(call, statement, first);
	}

	private <R extends @Nullable Object> R execute(StatementCall<? super S, R> call, S statement) throws SQLException {
		closeOther();
		return call.execute(statement);
	}

	/**
	 * Executes behind the text that has to be in force, in the same round trip where the
	 * driver can do that: it has no cursor over several statements, and no savepoint of
	 * its own between them.
	 */
	private <R extends @Nullable Object> R executeFirst(StatementCall<? super S, R> call, S statement, Preface first)
			throws SQLException {
		if (!follows(call, statement)) {
			TransactionRoute.say(this.lease, first.text());
			return execute(call, statement);
		}
		closeOther();
		S following = following(this.lease.connection(), first);
		executedBy((following != statement) ? following : null);
		return call.executeBehind(following, first);
	}

	private void closeOther() {
		S other = executedOther();
		if (other != null) {
			closeQuietly(other);
			executedBy(null);
		}
	}

	private boolean follows(StatementCall<? super S, ?> call, S statement) throws SQLException {
		return call.mayFollow() && statement.getFetchSize() == 0 && mayFollow() && !this.lease.isAutoSave();
	}

	/**
	 * Whether this statement can be executed behind another one.
	 */
	boolean mayFollow() {
		return true;
	}

	/**
	 * The physical statement that says all texts once.
	 */
	S following(Connection connection, Preface first) throws SQLException {
		return this.delegate;
	}

	final void set(String name, SqlAction<? super S> setting) throws SQLException {
		setting.accept(settable());
		Extras<S> present = extras();
		if (present.settings == null) {
			present.settings = new LinkedHashMap<>();
		}
		present.settings.put(name, setting);
	}

	/**
	 * Remembers an entry of the batch that was said to the delegate. Once the batch is
	 * too long to be said again, the connection must be known to be alive.
	 */
	final void addToBatch(SqlAction<? super S> entry) throws SQLException {
		Extras<S> present = extras();
		present.batchSize++;
		if (present.batch == null) {
			present.batch = new ArrayList<>();
		}
		if (present.batch.size() == LONGEST_BATCH) {
			present.batchForgotten = true;
			return;
		}
		present.batch.add(entry);
		if (present.batch.size() == LONGEST_BATCH) {
			tryConnection();
		}
	}

	/**
	 * The batch has an entry that cannot be said again.
	 */
	final void forgetEntries() {
		extras().batchForgotten = true;
	}

	/**
	 * What hooks are told of a batch.
	 */
	@Nullable String batchText() {
		Extras<S> present = this.extras;
		return (present != null && present.batchTexts != null) ? present.batchTexts.get(0) : null;
	}

	@Override
	public List<String> texts() {
		Extras<S> present = this.extras;
		return (present != null && present.batchTexts != null && present.batchTexts.size() > 1)
				? List.copyOf(present.batchTexts) : List.of();
	}

	@Override
	public List<List<HookParameter>> parameters() {
		return List.of();
	}

	@Override
	public final int size() {
		Extras<S> present = this.extras;
		return (present != null) ? Math.max(1, present.batchSize) : 1;
	}

	/**
	 * The entries of the batch; {@code null} if they are not remembered.
	 */
	final @Nullable List<SqlAction<? super S>> batch() {
		Extras<S> present = this.extras;
		if (present == null) {
			return List.of();
		}
		if (present.batchForgotten) {
			return null;
		}
		return (present.batch != null) ? present.batch : List.of();
	}

	private void forgetBatch() {
		Extras<S> present = this.extras;
		if (present != null) {
			present.batch = null;
			present.batchTexts = null;
			present.batchForgotten = false;
			present.batchSize = 0;
		}
	}

	/**
	 * The text that is sent for one of the application.
	 */
	final String saidFor(String sql) throws SQLException {
		return this.handle.route().text().of(sql);
	}

	@Override
	public void addBatch(String sql) throws SQLException {
		settable().addBatch(saidFor(sql));
		Extras<S> present = extras();
		if (present.batchTexts == null) {
			present.batchTexts = new ArrayList<>();
		}
		present.batchTexts.add(sql);
		addToBatch((statement) -> statement.addBatch(saidFor(sql)));
	}

	@Override
	public void clearBatch() throws SQLException {
		forgetBatch();
		settable().clearBatch();
	}

	@Override
	public int[] executeBatch() throws SQLException {
		try {
			return run(StatementKind.BATCH, batchText(), BatchCall::execute);
		}
		finally {
			forgetBatch();
		}
	}

	@Override
	public long[] executeLargeBatch() throws SQLException {
		try {
			return run(StatementKind.BATCH, batchText(), BatchCall::executeLarge);
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
			S other = executedOther();
			if (other != null) {
				closeQuietly(other);
			}
			this.delegate.close();
		}
	}

	@Override
	public boolean isClosed() throws SQLException {
		return this.closed || this.handle.isClosed() || results().isClosed();
	}

	@Override
	public <T> T unwrap(Class<T> iface) throws SQLException {
		if (iface.isInstance(this)) {
			return iface.cast(this);
		}
		checkOpen();
		if (iface == PGStatement.class) {
			// Has settings only
			this.handle.route().tryHeld(this.lease);
		}
		else {
			this.handle.route().leaseForEscape();
		}
		S statement = settable();
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
		return run(StatementKind.QUERY, sql, FollowingCall.QUERY.text(sql, this.handle.route().text()));
	}

	@Override
	public int executeUpdate(String sql) throws SQLException {
		return run(StatementKind.UPDATE, sql, FollowingCall.UPDATE.text(sql, this.handle.route().text()));
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
		int own = ownLimit();
		return (own != 0) ? own : delegate().getQueryTimeout();
	}

	@Override
	public void setQueryTimeout(int value) throws SQLException {
		if (value >= 0 && this.handle.route().limits().isActive()) {
			checkOpen();
			extras().ownLimit = value;
			return;
		}
		set("setQueryTimeout", (statement) -> statement.setQueryTimeout(value));
	}

	@Override
	public void cancel() throws SQLException {
		executed().cancel();
	}

	@Override
	public SQLWarning getWarnings() throws SQLException {
		return executed().getWarnings();
	}

	@Override
	public void clearWarnings() throws SQLException {
		executed().clearWarnings();
	}

	@Override
	public void setCursorName(String sql) throws SQLException {
		set("setCursorName", (statement) -> statement.setCursorName(sql));
	}

	@Override
	public boolean execute(String sql) throws SQLException {
		return run(StatementKind.EXECUTE, sql, FollowingCall.EXECUTE.text(sql, this.handle.route().text()));
	}

	@Override
	public ResultSet getResultSet() throws SQLException {
		return executed().getResultSet();
	}

	@Override
	public int getUpdateCount() throws SQLException {
		return executed().getUpdateCount();
	}

	@Override
	public boolean getMoreResults() throws SQLException {
		return executed().getMoreResults();
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
		return executed().getMoreResults(value);
	}

	@Override
	public ResultSet getGeneratedKeys() throws SQLException {
		return executed().getGeneratedKeys();
	}

	@Override
	public int executeUpdate(String sql, int value) throws SQLException {
		return run(StatementKind.UPDATE, sql, (statement) -> statement.executeUpdate(saidFor(sql), value));
	}

	@Override
	public int executeUpdate(String sql, int[] value) throws SQLException {
		return run(StatementKind.UPDATE, sql, (statement) -> statement.executeUpdate(saidFor(sql), value));
	}

	@Override
	public int executeUpdate(String sql, String[] value) throws SQLException {
		return run(StatementKind.UPDATE, sql, (statement) -> statement.executeUpdate(saidFor(sql), value));
	}

	@Override
	public boolean execute(String sql, int value) throws SQLException {
		return run(StatementKind.EXECUTE, sql, (statement) -> statement.execute(saidFor(sql), value));
	}

	@Override
	public boolean execute(String sql, int[] value) throws SQLException {
		return run(StatementKind.EXECUTE, sql, (statement) -> statement.execute(saidFor(sql), value));
	}

	@Override
	public boolean execute(String sql, String[] value) throws SQLException {
		return run(StatementKind.EXECUTE, sql, (statement) -> statement.execute(saidFor(sql), value));
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
		return executed().getLargeUpdateCount();
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
		return run(StatementKind.UPDATE, sql, FollowingCall.LARGE_UPDATE.text(sql, this.handle.route().text()));
	}

	@Override
	public long executeLargeUpdate(String sql, int value) throws SQLException {
		return run(StatementKind.UPDATE, sql, (statement) -> statement.executeLargeUpdate(saidFor(sql), value));
	}

	@Override
	public long executeLargeUpdate(String sql, int[] value) throws SQLException {
		return run(StatementKind.UPDATE, sql, (statement) -> statement.executeLargeUpdate(saidFor(sql), value));
	}

	@Override
	public long executeLargeUpdate(String sql, String[] value) throws SQLException {
		return run(StatementKind.UPDATE, sql, (statement) -> statement.executeLargeUpdate(saidFor(sql), value));
	}

	/**
	 * What few statements need.
	 *
	 * @param <S> the JDBC type
	 */
	private static final class Extras<S extends Statement> {

		private @Nullable Map<String, SqlAction<? super S>> settings;

		private @Nullable List<SqlAction<? super S>> batch;

		private boolean batchForgotten;

		private int batchSize;

		/** The texts of a batch of texts. */
		private @Nullable List<String> batchTexts;

		/**
		 * Its own time limit in seconds, where limits are ours; else the driver has it.
		 */
		private int ownLimit;

		/**
		 * Has the results of the last execution, if it was made to say more than the text
		 * once. Read by a thread that cancels.
		 */
		private volatile @Nullable S executed;

	}

}
