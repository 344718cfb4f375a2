package io.nexs.postgres.pool;

import java.io.IOException;
import java.net.Socket;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import io.nexs.postgres.cluster.ServerInstance;
import io.nexs.postgres.limits.LimitedConnection;
import io.nexs.postgres.limits.StatementWatch;
import io.nexs.postgres.limits.TimeLimits;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.copy.CopyManager;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.HostSpec;

/**
 * A physical connection that knows what would otherwise be asked. HikariCP tries a
 * connection that lay idle for half a second before it lends it, which is a round trip; a
 * borrower that can repeat its first statement does without. Used by one thread at a
 * time, but for {@link #abort} and what a time limit does.
 */
final class NodeConnection extends PgConnection implements LimitedConnection {

	private static final String SEARCH_PATH = "search_path";

	private static final String IN_HOT_STANDBY = "in_hot_standby";

	/** Longest wait for an abort that may have to wait for others. */
	private static final long ABORT_MILLIS = 100;

	private static final ThreadLocal<Borrower> borrowers = ThreadLocal.withInitial(Borrower::new);

	private static final AtomicLong serials = new AtomicLong();

	private final long serial = serials.incrementAndGet();

	/** Odd while it is lent. Written after what belongs to the loan. */
	private final AtomicLong loans = new AtomicLong();

	private long holder;

	private @Nullable Throwable taken;

	/** For hooks; in the time of {@link System#nanoTime()}. */
	private long lentAt = System.nanoTime();

	private boolean untried;

	private long triedAt = System.nanoTime();

	/** What lies under the connection, whatever the driver has put around it. */
	private volatile @Nullable Socket socket;

	/** Who opened it, until it was lent: HikariCP sets it up on this thread. */
	private @Nullable Thread opener;

	/** Told of the end of the connection. */
	private final AtomicReference<@Nullable ConnectionHooks> hooks = new AtomicReference<>();

	/** Told of COPY while the connection is lent. */
	private @Nullable CopyHooks copyHooks;

	/** Longest wait of the driver for the answer to a cancel request; zero for none. */
	private final long cancelNanos;

	/** The time limit of what runs. */
	private @Nullable StatementWatch watch;

	private int initialIsolation;

	private @Nullable ServerInstance server;

	private boolean standby;

	private boolean schemaKnown;

	private @Nullable String initialSchema;

	private @Nullable String schema;

	private @Nullable String searchPath;

	/**
	 * Opens the connection.
	 * @param host address
	 * @param properties what {@link org.postgresql.Driver#parseURL} made of the URL
	 * @param url the URL
	 */
	NodeConnection(HostSpec host, Properties properties, String url) throws SQLException {
		super(new HostSpec[] { host }, properties, url);
		this.cancelNanos = TimeUnit.SECONDS.toNanos(PGProperty.CANCEL_SIGNAL_TIMEOUT.getInt(properties));
	}

	/**
	 * From now on, the connection this thread borrows is not tried first.
	 */
	static Borrower beginUntried() {
		Borrower borrower = borrowers.get();
		borrower.untried = true;
		return borrower;
	}

	/**
	 * Tells the connection what lies under it.
	 */
	void useSocket(@Nullable Socket socket) {
		this.socket = socket;
	}

	/**
	 * The hooks that are called when the connection ends.
	 */
	void useHooks(ConnectionHooks hooks) {
		this.hooks.set(hooks);
	}

	/**
	 * The hooks that are called around COPY until the end of the loan.
	 */
	void useCopyHooks(CopyHooks hooks) {
		this.copyHooks = hooks;
	}

	/**
	 * The time limit of what runs on the connection.
	 */
	StatementWatch watch(TimeLimits limits) {
		StatementWatch present = this.watch;
		if (present == null) {
			present = limits.watch(this);
			this.watch = present;
		}
		return present;
	}

	/**
	 * The server closes the connection of a cancel request when it has passed the request
	 * on. The driver waits for that as long as it is told, and does not say whether it
	 * came.
	 */
	@Override
	public boolean requestCancel() throws SQLException {
		long start = System.nanoTime();
		cancelQuery();
		return this.cancelNanos == 0 || System.nanoTime() - start < this.cancelNanos;
	}

	@Override
	public long heard() {
		return (this.socket instanceof NodeSocket known) ? known.heard() : UNKNOWN;
	}

	@Override
	public void cutOff() {
		try {
			abort(Runnable::run);
		}
		catch (SQLException ex) {
			// It is gone in any case
		}
	}

	@Override
	public CopyManager getCopyAPI() throws SQLException {
		CopyHooks present = this.copyHooks;
		if (present == null) {
			return super.getCopyAPI();
		}
		checkClosed();
		return new HookedCopyManager(this, present);
	}

	@Override
	public void close() throws SQLException {
		ConnectionHooks present = this.hooks.getAndSet(null);
		if (present != null) {
			present.close(super::close);
		}
		else {
			super.close();
		}
	}

	/**
	 * Closes the socket under the connection, which releases a thread in any call, and
	 * then what the driver has put around it. With a socket factory of the user that one
	 * is not known, and closing may have to wait for such a thread: another thread goes
	 * on waiting.
	 */
	@Override
	public void abort(@Nullable Executor executor) throws SQLException {
		ConnectionHooks present = this.hooks.getAndSet(null);
		if (present != null) {
			present.close(() -> cutOff(executor));
		}
		else {
			cutOff(executor);
		}
	}

	private void cutOff(@Nullable Executor executor) throws SQLException {
		Socket known = this.socket;
		if (known == null) {
			super.abort(NodeConnection::runElsewhere);
			return;
		}
		try {
			known.close();
		}
		catch (IOException ex) {
			// It is gone in any case
		}
		super.abort(executor);
	}

	private static void runElsewhere(Runnable abort) {
		Thread thread = new Thread(abort, "nexs-db-abort");
		thread.setDaemon(true);
		thread.start();
		try {
			thread.join(ABORT_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Asks the server who it is, and learns the present schema, in one round trip.
	 */
	ServerInstance introduce() throws SQLException {
		try (Statement statement = createStatement();
				ResultSet row = statement
					.executeQuery("select server.*, current_setting('transaction_isolation'), current_schema() from ("
							+ ServerInstance.QUERY + ") server")) {
			row.next();
			ServerInstance server = ServerInstance.of(row);
			this.server = server;
			this.standby = "on".equals(getParameterStatus(IN_HOT_STANDBY));
			int columns = row.getMetaData().getColumnCount();
			this.opener = Thread.currentThread();
			this.initialIsolation = isolation(row.getString(columns - 1));
			this.initialSchema = row.getString(columns);
			learnSchema(this.initialSchema);
			return server;
		}
	}

	/**
	 * HikariCP asks this of a connection that lay idle, on the thread that borrows it.
	 */
	@Override
	public boolean isValid(int timeout) throws SQLException {
		if (borrowers.get().untried) {
			this.untried = true;
			return !isClosed();
		}
		long now = System.nanoTime();
		boolean valid = super.isValid(timeout);
		this.untried = false;
		this.triedAt = now;
		return valid;
	}

	/**
	 * Whether it was lent after it lay idle, and not tried.
	 */
	boolean isUntried() {
		return this.untried;
	}

	/**
	 * It is lent to the present thread.
	 * @param taken made there, or {@code null}
	 */
	void beginLoan(@Nullable Throwable taken) {
		this.holder = Thread.currentThread().getId();
		this.taken = taken;
		this.loans.lazySet(this.loans.getPlain() | 1L);
	}

	/**
	 * It was lent at that time; for its holder only.
	 */
	void lentAt(long nanos) {
		this.lentAt = nanos;
	}

	/**
	 * When it was lent, if that was told for this loan.
	 */
	long lentAt() {
		return this.lentAt;
	}

	/**
	 * The loan of this moment, for any thread.
	 * @return the loan, or {@code null} if it is not lent
	 */
	@Nullable Loan loan() {
		long number = this.loans.getAcquire();
		if ((number & 1) == 0 || !isOpen()) {
			return null;
		}
		Loan seen = new Loan(this.serial, number, getBackendPID(), this.holder, this.taken);
		return (this.loans.get() == number) ? seen : null;
	}

	private boolean isOpen() {
		try {
			return !isClosed();
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * It is about to go back to its pool, after which it lies idle anew. The server tells
	 * every session with the end of its next statement that it is a standby no more.
	 * @return whether it was promoted since the loan before
	 */
	boolean endLoan() {
		this.taken = null;
		this.loans.lazySet((this.loans.getPlain() + 1) & ~1L);
		this.untried = false;
		this.opener = null;
		this.copyHooks = null;
		if (!this.standby || "on".equals(getParameterStatus(IN_HOT_STANDBY))) {
			return false;
		}
		this.standby = false;
		return true;
	}

	/**
	 * The server it leads to.
	 * @return what {@link #introduce()} learned
	 */
	@Nullable ServerInstance server() {
		return this.server;
	}

	/**
	 * HikariCP asks this of the first connection of a pool. If that one is lost just
	 * then, it goes on with the level -1, which no connection takes any more; so the
	 * answer that came with the introduction is given, which cannot be lost.
	 */
	@Override
	public int getTransactionIsolation() throws SQLException {
		return (Thread.currentThread() == this.opener) ? this.initialIsolation : super.getTransactionIsolation();
	}

	@Override
	public void setTransactionIsolation(int level) throws SQLException {
		super.setTransactionIsolation(level);
		this.opener = null;
	}

	private static int isolation(String name) {
		return switch (name) {
			case "read uncommitted" -> TRANSACTION_READ_UNCOMMITTED;
			case "repeatable read" -> TRANSACTION_REPEATABLE_READ;
			case "serializable" -> TRANSACTION_SERIALIZABLE;
			default -> TRANSACTION_READ_COMMITTED;
		};
	}

	/**
	 * Whether it leads to another server than the one that started at a moment.
	 * @param startedAt when that server started
	 */
	boolean leadsToOther(Instant startedAt) {
		ServerInstance reached = this.server;
		return reached != null && !reached.startedAt().equals(startedAt);
	}

	/**
	 * Whether it was neither opened nor tried after a moment.
	 * @param moment in the time of {@link System#nanoTime()}
	 */
	boolean isOlderThan(long moment) {
		return this.triedAt - moment <= 0;
	}

	@Override
	public void setSchema(@Nullable String schema) throws SQLException {
		super.setSchema(schema);
		if (schema != null) {
			learnSchema(schema);
		}
		else {
			forgetSchema();
		}
	}

	/**
	 * What was learned when the connection was opened, or set since. From PostgreSQL 18
	 * on the server reports a search path that was changed by a statement; before that,
	 * such a change is not seen.
	 */
	@Override
	public @Nullable String getSchema() throws SQLException {
		checkClosed();
		String reported = getParameterStatus(SEARCH_PATH);
		if (!this.schemaKnown || (reported != null && !reported.equals(this.searchPath))) {
			learnSchema(super.getSchema());
		}
		return this.schema;
	}

	private void learnSchema(@Nullable String schema) {
		this.schema = schema;
		this.searchPath = getParameterStatus(SEARCH_PATH);
		this.schemaKnown = true;
	}

	/**
	 * The server is asked for the schema next time.
	 */
	private void forgetSchema() {
		this.schemaKnown = false;
	}

	/**
	 * Says statements that take settings of the session back, and sets again what the
	 * pool sets on each connection, in the pool's order.
	 * @param text statements that take back
	 * @param schema schema of the pool, or {@code null} for that of the beginning
	 * @param initial initial statement of the pool, or {@code null}
	 */
	void reset(String text, @Nullable String schema, @Nullable String initial) throws SQLException {
		if (schema != null) {
			say(text);
			setSchema(schema);
			if (initial != null) {
				say(initial);
			}
		}
		else {
			say((initial != null) ? text + "; " + initial : text);
			learnSchema(this.initialSchema);
		}
		if (initial != null) {
			forgetSchema();
		}
	}

	private void say(String text) throws SQLException {
		try (Statement statement = createStatement()) {
			statement.execute(text);
		}
	}

	/**
	 * A thread that borrows a connection.
	 */
	static final class Borrower {

		private boolean untried;

		private Borrower() {
		}

		/**
		 * The connection it borrows next is tried.
		 */
		void endUntried() {
			this.untried = false;
		}

	}

}
