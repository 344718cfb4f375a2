package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;

import io.nexs.postgres.cluster.Term;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookDispatcher;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookSubject;
import io.nexs.postgres.hook.HookTarget;
import io.nexs.postgres.limits.StatementWatch;
import io.nexs.postgres.limits.TimeLimits;
import io.nexs.postgres.pool.CopyHooks;
import io.nexs.postgres.sqlstate.SqlStates;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.AutoSave;
import org.postgresql.jdbc.PgConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pooled connection while a handle has it, with the route that led to it. Not
 * thread-safe, like the handle.
 */
final class Lease implements OpenTransaction, HookTarget {

	private static final Logger logger = LoggerFactory.getLogger(Lease.class);

	private static final byte ALIVE = 0;

	private static final byte LOST = 1;

	/** Found aborted while a transaction was open of which no statement has failed. */
	private static final byte CUT_OFF = 2;

	private static final byte TAKEN = 0;

	/** A handle has it, of which hooks know. */
	private static final byte HANDED_OUT = 1;

	private static final byte RELEASED = 2;

	private final Way way;

	private final Connection connection;

	private @Nullable Term term;

	/** Made with the first of them. */
	private @Nullable Extras extras;

	private byte state = ALIVE;

	private boolean used;

	private boolean usedEver;

	private byte stage = TAKEN;

	Lease(Way way, Connection connection) {
		this.way = way;
		this.connection = connection;
		if (way.route().reason().isFallback()) {
			extras().fallbacks = way.target().fallbacks().incrementAndGet();
		}
	}

	private Extras extras() {
		Extras present = this.extras;
		if (present == null) {
			present = new Extras();
			this.extras = present;
		}
		return present;
	}

	/**
	 * How many fallbacks to the node there were when this one was taken, itself counted;
	 * zero if it is none.
	 */
	int fallbacks() {
		return (this.extras != null) ? this.extras.fallbacks : 0;
	}

	NodeTarget target() {
		return this.way.target();
	}

	@Override
	public Connection connection() {
		return this.connection;
	}

	@Override
	public Route route() {
		return this.way.route();
	}

	/**
	 * Remembers when the connection was borrowed, for hooks.
	 */
	void since(long nanos) {
		this.way.target().pool().lentAt(this.connection, nanos);
	}

	/**
	 * A handle has it from now on, of which hooks know.
	 * @param asked when the handle began to ask for it
	 * @return when the connection was borrowed, in the time of {@link System#nanoTime()}
	 */
	long handOut(long asked) {
		this.stage = HANDED_OUT;
		long since = this.way.target().pool().lentAt(this.connection);
		if (since - asked < 0) {
			// Of an earlier loan: the first hook came in this moment
			since = System.nanoTime();
			since(since);
		}
		return since;
	}

	@Override
	public String node() {
		return this.way.route().node().id();
	}

	@Override
	public String role() {
		return this.way.route().role().tag();
	}

	@Override
	public String reason() {
		return this.way.route().reason().tag();
	}

	/**
	 * Whether it was taken for work that is marked read-only.
	 */
	@Override
	public boolean isRead() {
		return this.way.route().reason().isRead();
	}

	/**
	 * The time limit of what runs on the connection.
	 */
	StatementWatch watch(TimeLimits limits) throws SQLException {
		Extras extras = extras();
		StatementWatch present = extras.watch;
		if (present == null) {
			present = this.way.target().pool().watch(this.connection, limits);
			extras.watch = present;
		}
		return present;
	}

	/**
	 * What is called around COPY on the connection, if that is known.
	 */
	@Nullable CopyHooks copies() {
		return (this.extras != null) ? this.extras.copies : null;
	}

	void copies(CopyHooks copies) {
		extras().copies = copies;
	}

	/**
	 * Ends a COPY that was left as it was: the driver would wait for its end for ever
	 * before it says anything else.
	 */
	void giveUpCopy() {
		CopyHooks present = copies();
		if (present != null) {
			present.giveUp(() -> {
				this.way.target().pool().evict(this.connection);
				markLost();
			});
		}
	}

	/**
	 * A transaction begins, or a statement of the autocommit mode: takes note of the
	 * term. On a node that is not the primary any more it is the last one it had.
	 */
	void begin(RoutingTable table) {
		forgetBackstop();
		if (this.way.target() == table.primary()) {
			this.term = table.topology().term();
		}
	}

	/**
	 * The server's own limit in the present transaction.
	 */
	Backstop backstop() {
		Extras extras = extras();
		Backstop present = extras.backstop;
		if (present == null) {
			present = new Backstop();
			extras.backstop = present;
		}
		return present;
	}

	/**
	 * The transaction in which the server was told of limits is over.
	 */
	void forgetBackstop() {
		if (this.extras != null && this.extras.backstop != null) {
			this.extras.backstop.begin();
		}
	}

	@Override
	public @Nullable String beforeCommit() {
		Backstop present = (this.extras != null) ? this.extras.backstop : null;
		return (present != null) ? present.beforeCommit() : null;
	}

	@Override
	public @Nullable Term term() {
		return this.term;
	}

	/**
	 * The server answers ROLLBACK to the COMMIT of a failed transaction, which is easily
	 * taken for success.
	 */
	void checkNotFailed() throws SQLException {
		if (this.connection.unwrap(PgConnection.class).getTransactionState() == TransactionState.FAILED) {
			throw new SQLException(
					"A statement of the transaction on " + this.way.route().node().id()
							+ " failed before, so it cannot be committed and is rolled back",
					SqlStates.IN_FAILED_SQL_TRANSACTION);
		}
	}

	@Override
	public void abandon() {
		this.way.target().pool().evict(this.connection);
		markLost();
		try {
			release();
		}
		catch (SQLException ex) {
			logger.debug("A connection to {} could not be given back: {}", this.way.target(), ex.getMessage());
		}
	}

	/**
	 * Whether the connection died, was aborted because its node was fenced or lost, or
	 * was closed by HikariCP, which has a table of SQLSTATEs of its own and sees failures
	 * that reach no statement, such as those of a result set.
	 */
	boolean isLost() {
		if (this.state == ALIVE) {
			this.state = look();
		}
		return this.state != ALIVE;
	}

	private byte look() {
		try {
			if (this.connection.isClosed()) {
				return LOST;
			}
			PgConnection physical = this.connection.unwrap(PgConnection.class);
			if (!physical.isClosed()) {
				return ALIVE;
			}
			return (physical.getTransactionState() != TransactionState.IDLE) ? CUT_OFF : LOST;
		}
		catch (SQLException ex) {
			return LOST;
		}
	}

	/**
	 * Whether a transaction was open when the connection was found aborted, and no
	 * statement has failed of it.
	 */
	boolean isCutOff() {
		return this.state == CUT_OFF;
	}

	void markLost() {
		this.state = LOST;
	}

	/**
	 * Whether the connection lay idle, was not tried before it was lent, and was not used
	 * since.
	 */
	boolean isUntried() throws SQLException {
		return !this.usedEver && this.way.target().pool().isUntried(this.connection);
	}

	/**
	 * Whether the driver has closed the connection, because the server ended the session.
	 */
	boolean isDead() {
		try {
			return this.connection.unwrap(PgConnection.class).isClosed();
		}
		catch (SQLException ex) {
			return true;
		}
	}

	/**
	 * Whether the server has not been told of a transaction.
	 */
	boolean isIdle() {
		try {
			return this.connection.unwrap(PgConnection.class).getTransactionState() == TransactionState.IDLE;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * Whether the driver sets savepoints of its own, to which it goes back when a
	 * statement failed.
	 */
	boolean isAutoSave() throws SQLException {
		return this.connection.unwrap(PGConnection.class).getAutosave() != AutoSave.NEVER;
	}

	/**
	 * Whether anything may have reached the server, or session state may have been set,
	 * so that the work cannot be moved to another connection any more.
	 */
	boolean isUsed() {
		return this.used;
	}

	void markUsed() {
		this.used = true;
		this.usedEver = true;
	}

	/**
	 * A new transaction begins on the connection.
	 */
	void markUnused() {
		this.used = false;
	}

	/**
	 * Gives the connection back, once; it is lost to its holder then.
	 */
	void release() throws SQLException {
		release(HookDispatcher.NONE);
	}

	/**
	 * The same, and tells hooks of it if they know that it was handed out.
	 */
	void release(HookDispatcher hooks) throws SQLException {
		byte before = this.stage;
		if (before == RELEASED) {
			return;
		}
		this.stage = RELEASED;
		if (this.way.route().reason().isFallback()) {
			this.way.target().fallbacks().decrementAndGet();
		}
		if (before == HANDED_OUT && hooks.isActive()) {
			releaseHooked(hooks);
		}
		else {
			this.way.target().pool().giveBack(this.connection);
		}
	}

	/**
	 * A COPY that was not brought to its end still has its limit. The driver would wait
	 * for its end before it says anything else.
	 */
	void endCopy() {
		StatementWatch present = (this.extras != null) ? this.extras.watch : null;
		if (present != null && present.isArmed()) {
			this.way.target().pool().evict(this.connection);
			markLost();
			present.disarm();
		}
	}

	private void releaseHooked(HookDispatcher hooks) throws SQLException {
		HookContext context = hooks.before(HookPoint.RELEASE, null, HookSubject.NONE, this);
		long since = this.way.target().pool().lentAt(this.connection);
		SQLException failure = null;
		try {
			this.way.target().pool().giveBack(this.connection);
		}
		catch (SQLException ex) {
			failure = ex;
			throw ex;
		}
		finally {
			if (context != null) {
				HookDispatcher.took(context, System.nanoTime() - since);
				hooks.after(context, this, -1, failure);
			}
		}
	}

	/**
	 * What few leases need.
	 */
	private static final class Extras {

		private int fallbacks;

		private @Nullable StatementWatch watch;

		/** Made where the server is told of limits. */
		private @Nullable Backstop backstop;

		private @Nullable CopyHooks copies;

	}

}
