package io.nexs.postgres.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.hook.HookDispatcher;
import io.nexs.postgres.limits.StatementWatch;
import io.nexs.postgres.limits.TimeLimits;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one node: a HikariCP pool that is open whatever the node's role.
 * Thread-safe. Opening it needs no network.
 */
public final class NodePool implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(NodePool.class);

	/**
	 * HikariCP can wake nobody who waits for a connection that is being opened. Whoever
	 * does looks after this time whether the wait was ended, and comes back.
	 */
	private static final long OPEN_SLICE_MILLIS = 20;

	private final Node node;

	private final PoolSettings settings;

	private final NodeTraffic traffic;

	private final NodeConnector connector;

	private final NodeDataSource source;

	private final HikariDataSource hikari;

	private final HikariPool pool;

	private final WaitingLine line;

	/** Whether connections that lie idle are tried by the pool now and then. */
	private final boolean keptAlive;

	/** What was told last. */
	private final AtomicLong acquired = new AtomicLong();

	/** Borrowers who went to the pool and got no connection. */
	private final LongAdder failed = new LongAdder();

	/** Borrowers in the pool who have no connection yet. */
	private final LongAdder opening = new LongAdder();

	private final LongAdder timeouts = new LongAdder();

	private final LongAdder waits = new LongAdder();

	private final PoolSize size;

	/** Whether the stack of each borrower is taken. */
	private volatile boolean tracing;

	private final ReentrantLock drainLock = new ReentrantLock();

	private final Condition drained = this.drainLock.newCondition();

	private volatile boolean draining;

	/** When a connection was last lost, in the time of {@link System#nanoTime()}. */
	private volatile long lostAt;

	/**
	 * Creates the pool of a node without hooks.
	 * @param node the node
	 * @param settings settings of all pools
	 * @param connector opens physical connections
	 * @param traffic takes what real traffic learns about the node
	 */
	public NodePool(Node node, PoolSettings settings, NodeConnector connector, NodeTraffic traffic) {
		this(node, settings, connector, traffic, HookDispatcher.NONE);
	}

	/**
	 * Creates the pool of a node.
	 * @param node the node
	 * @param settings settings of all pools
	 * @param connector opens physical connections
	 * @param traffic takes what real traffic learns about the node
	 * @param hooks calls the hooks of opened and closed connections
	 */
	public NodePool(Node node, PoolSettings settings, NodeConnector connector, NodeTraffic traffic,
			HookDispatcher hooks) {
		this(node, settings, connector, traffic, hooks, (ofNode, config) -> {
		});
	}

	NodePool(Node node, PoolSettings settings, NodeConnector connector, NodeTraffic traffic, HookDispatcher hooks,
			NodePoolCustomizer customizer) {
		this.node = node;
		this.settings = settings;
		this.traffic = traffic;
		this.connector = connector;
		this.source = new NodeDataSource(node, connector, traffic, hooks, this::opened);
		HikariConfig config = HikariConfigs.forNode(node, settings, this.source, new EvictOnFatalState((ex) -> {
			this.lostAt = System.nanoTime();
			traffic.failed(node.id(), ex);
		}));
		this.hikari = new HikariDataSource(HikariConfigs.customized(config, node, customizer));
		// Of its properties and of customizers, and without what HikariCP does not take
		this.keptAlive = this.hikari.getKeepaliveTime() > 0;
		// Only the pool itself takes a time limit per call
		this.pool = (HikariPool) this.hikari.getHikariPoolMXBean();
		this.line = new WaitingLine(this.hikari::getMaximumPoolSize);
		this.size = new PoolSize(node.id(), this.hikari, this.line);
	}

	/**
	 * Returns the node.
	 * @return the node
	 */
	public Node node() {
		return this.node;
	}

	/**
	 * Returns the HikariCP data source, for metrics and management. Connections taken
	 * from it directly are not routed.
	 * @return the data source under this pool
	 */
	public HikariDataSource hikari() {
		return this.hikari;
	}

	/**
	 * Lends a connection. Each one goes back by {@link #giveBack(Connection)}.
	 * @param timeoutMillis longest wait
	 * @return a connection of the pool
	 * @throws SQLTransientConnectionException if none was free in time
	 * @throws SQLException if the pool is closed or the caller was interrupted
	 */
	public Connection borrow(long timeoutMillis) throws SQLException {
		Connection connection = lend(turn(), timeoutMillis, timeoutMillis, false);
		if (connection == null) {
			throw new SQLTransientConnectionException("All " + this.hikari.getMaximumPoolSize() + " connections to "
					+ this.node.id() + " are lent, " + this.line.waiting() + " wait for one", "08001");
		}
		return connection;
	}

	/**
	 * Lends a connection if one lies idle, and waits for none. The clock is not asked.
	 * @param untried whether HikariCP does not try one that lay idle for longer, as with
	 * {@link #borrowUntried(int, long, long)}
	 * @return a connection of the pool, or {@code null} if there is none or others wait
	 * @throws SQLException if the pool is closed or the caller was interrupted
	 */
	public @Nullable Connection borrowIdle(boolean untried) throws SQLException {
		if (!this.line.tryEnter()) {
			return null;
		}
		NodeConnection.Borrower borrower = (untried && this.keptAlive) ? NodeConnection.beginUntried() : null;
		Connection connection = null;
		try {
			connection = this.pool.getConnection(0);
			lent(connection);
			return connection;
		}
		catch (SQLTransientConnectionException ex) {
			return null;
		}
		finally {
			if (borrower != null) {
				borrower.endUntried();
			}
			if (connection == null) {
				leaveWithout();
			}
		}
	}

	private void lent(Connection connection) throws SQLException {
		connection.unwrap(NodeConnection.class).beginLoan(this.tracing ? new Throwable() : null);
	}

	/**
	 * How often {@link #wakeWaiting()} was called. Whoever reads this before choosing the
	 * node misses no later call.
	 * @return the number
	 */
	public int turn() {
		return this.line.turn();
	}

	/**
	 * Lends a connection. Each one goes back by {@link #giveBack(Connection)}. The waits
	 * end when {@link #wakeWaiting()} was called since the turn, and when the node goes
	 * down.
	 * @param turn what {@link #turn()} was when the node was chosen
	 * @param waitMillis longest wait while all connections are lent
	 * @param openMillis longest wait for a connection that is being opened
	 * @return a connection of the pool, or {@code null} if all were lent or the wait was
	 * ended
	 * @throws SQLTransientConnectionException if none was opened in time
	 * @throws SQLException if the pool is closed or the caller was interrupted
	 */
	public @Nullable Connection borrow(int turn, long waitMillis, long openMillis) throws SQLException {
		return lend(turn, waitMillis, openMillis, true);
	}

	private @Nullable Connection lend(int turn, long waitMillis, long openMillis, boolean mayLeave)
			throws SQLException {
		boolean waited = !this.line.tryEnter();
		if (waited) {
			this.waits.increment();
			if (!waitInLine(turn, waitMillis)) {
				this.timeouts.increment();
				return null;
			}
		}
		boolean entered = false;
		this.opening.increment();
		try {
			Connection connection = take(turn, openMillis, mayLeave);
			if (connection == null) {
				return null;
			}
			entered = true;
			lent(connection);
			return connection;
		}
		catch (SQLTransientConnectionException ex) {
			this.timeouts.increment();
			if (!waited) {
				this.waits.increment();
			}
			throw ex;
		}
		finally {
			if (!entered) {
				leaveWithout();
			}
			this.opening.decrement();
		}
	}

	/**
	 * A connection was opened that somebody waits for, if anybody waits: one for each
	 * borrower who did not find an open one. HikariCP does not tell which.
	 */
	private void opened() {
		HikariPool known = this.pool;
		if (known != null && known.getThreadsAwaitingConnection() > 0) {
			this.waits.increment();
		}
	}

	/**
	 * Asks in slices also where nobody may leave: HikariCP queues as many orders for
	 * connections as the pool had room for when it was made, and drops what is more.
	 */
	private @Nullable Connection take(int turn, long openMillis, boolean mayLeave) throws SQLException {
		long slice = Math.min(openMillis, OPEN_SLICE_MILLIS);
		long left = openMillis - slice;
		long since = 0;
		while (true) {
			try {
				return this.pool.getConnection(slice);
			}
			catch (SQLTransientConnectionException ex) {
				since = (since != 0) ? since : System.nanoTime();
				long rest = left - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
				if (rest <= 0) {
					throw ex;
				}
				if (mayLeave && (turn() != turn || !this.source.isUp())) {
					return null;
				}
				slice = Math.min(rest, OPEN_SLICE_MILLIS);
			}
		}
	}

	private boolean waitInLine(int turn, long millis) throws SQLException {
		try {
			return this.line.enter(TimeUnit.MILLISECONDS.toNanos(millis), turn);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SQLException("Interrupted while waiting for a connection to " + this.node.id(), "08001", ex);
		}
	}

	/**
	 * Ends the waits of all who wait because every connection is lent or none is open:
	 * there may be a better node now.
	 */
	public void wakeWaiting() {
		this.line.disperse();
	}

	/**
	 * Lends a connection without a round trip: HikariCP does not try one that lay idle.
	 * For work whose first statement can be said again on another connection. While idle
	 * connections are not kept alive, they are tried all the same, since whatever lies
	 * between may have forgotten them.
	 * @param turn as with {@link #borrow(int, long, long)}
	 * @param waitMillis as with {@link #borrow(int, long, long)}
	 * @param openMillis as with {@link #borrow(int, long, long)}
	 * @return a connection of the pool, or {@code null} if all were lent or the wait was
	 * ended
	 * @throws SQLTransientConnectionException if none was opened in time
	 * @throws SQLException if the pool is closed or the caller was interrupted
	 */
	public @Nullable Connection borrowUntried(int turn, long waitMillis, long openMillis) throws SQLException {
		if (!this.keptAlive) {
			return borrow(turn, waitMillis, openMillis);
		}
		NodeConnection.Borrower borrower = NodeConnection.beginUntried();
		try {
			return borrow(turn, waitMillis, openMillis);
		}
		finally {
			borrower.endUntried();
		}
	}

	/**
	 * Whether a lent connection lay idle and was not tried before it was lent.
	 * @param connection what {@link #borrowUntried(int, long, long)} returned
	 * @return whether it was not
	 * @throws SQLException if it is closed
	 */
	public boolean isUntried(Connection connection) throws SQLException {
		return connection.unwrap(NodeConnection.class).isUntried();
	}

	/**
	 * Has hooks called around COPY on a connection, until it is given back.
	 * @param connection what {@link #borrow(long)} returned
	 * @param hooks calls the hooks
	 * @throws SQLException if it is closed
	 */
	public void hookCopies(Connection connection, CopyHooks hooks) throws SQLException {
		connection.unwrap(NodeConnection.class).useCopyHooks(hooks);
	}

	/**
	 * The time limit of what runs on a connection.
	 * @param connection what {@link #borrow(long)} returned
	 * @param limits the limits of the application
	 * @return always the same for a physical connection
	 * @throws SQLException if it is closed
	 */
	public StatementWatch watch(Connection connection, TimeLimits limits) throws SQLException {
		return connection.unwrap(NodeConnection.class).watch(limits);
	}

	/**
	 * Whether a connection to the node was lost since the server last answered on this
	 * one, so that the same may have happened to it.
	 * @param connection what {@link #borrow(long)} returned
	 * @return whether that is so
	 * @throws SQLException if it is closed
	 */
	public boolean isInDoubt(Connection connection) throws SQLException {
		long lost = this.lostAt;
		return lost != 0 && connection.unwrap(NodeConnection.class).isOlderThan(lost);
	}

	/**
	 * Takes settings of the session back, in one round trip where the pool has no schema
	 * of its own.
	 * @param connection what {@link #borrow(long)} returned, in autocommit mode
	 * @param text statements
	 * @throws SQLException if that failed; the connection is to be evicted then
	 */
	public void reset(Connection connection, String text) throws SQLException {
		connection.unwrap(NodeConnection.class)
			.reset(text, this.hikari.getSchema(), this.hikari.getConnectionInitSql());
	}

	/**
	 * Remembers on a lent connection when it was lent, for hooks.
	 * @param connection what {@link #borrow(long)} returned
	 * @param nanos the moment, in the time of {@link System#nanoTime()}
	 */
	public void lentAt(Connection connection, long nanos) {
		NodeConnection physical = physical(connection);
		if (physical != null) {
			physical.lentAt(nanos);
		}
	}

	/**
	 * What was remembered last.
	 * @param connection what {@link #borrow(long)} returned
	 * @return the moment, which may be that of an earlier loan if that of this one was
	 * not told; the present one if the connection is closed
	 */
	public long lentAt(Connection connection) {
		NodeConnection physical = physical(connection);
		return (physical != null) ? physical.lentAt() : System.nanoTime();
	}

	private static @Nullable NodeConnection physical(Connection connection) {
		try {
			return connection.unwrap(NodeConnection.class);
		}
		catch (SQLException ex) {
			return null;
		}
	}

	/**
	 * Takes a lent connection back.
	 * @param connection what {@link #borrow(long)} returned
	 * @throws SQLException if it could not be reset; it is not lent any more all the same
	 */
	public void giveBack(Connection connection) throws SQLException {
		try {
			boolean open = !connection.isClosed();
			if (open && connection.unwrap(NodeConnection.class).endLoan()) {
				this.traffic.promoted(this.node.id());
			}
			if (open && this.size.isOversized()) {
				this.size.closeIfSurplus(connection);
			}
			connection.close();
		}
		catch (SQLException ex) {
			if (!EvictOnFatalState.CLOSED_HERE.equals(ex.getSQLState())) {
				throw ex;
			}
		}
		finally {
			leave();
		}
	}

	private void leaveWithout() {
		this.failed.increment();
		leave();
	}

	private void leave() {
		this.line.leave();
		if (this.draining && lent() == 0) {
			signalDrained();
		}
	}

	/**
	 * Closes a lent connection for good instead of lending it again; it still has to be
	 * given back, which is when HikariCP sees it. HikariCP's own eviction is not used: a
	 * connection whose settings were changed cannot be given back after it.
	 * @param connection what {@link #borrow(long)} returned
	 */
	public void evict(Connection connection) {
		try {
			connection.unwrap(NodeConnection.class).abort(Runnable::run);
		}
		catch (SQLException ex) {
			logger.debug("A connection to {} was closed before: {}", this.node.id(), ex.getMessage());
		}
	}

	/**
	 * Connections lent at this moment.
	 * @return the number
	 */
	public int lent() {
		return Math.max(0, this.line.inside() - (int) this.opening.sum());
	}

	/**
	 * Grows only, although who goes in counts for a moment and may fail then.
	 */
	private long acquired() {
		long present = this.line.entered() - this.failed.sum() - this.opening.sum();
		return this.acquired.accumulateAndGet(present, Math::max);
	}

	/**
	 * The connections that are lent at this moment. What is taken and given back
	 * meanwhile may be among them or not.
	 * @return the loans
	 */
	public List<Loan> loans() {
		return this.source.loans();
	}

	/**
	 * Whether loans have the stack that took them from now on, which costs a walk over
	 * the stack for each.
	 * @param tracing whether they have
	 */
	public void traceLoans(boolean tracing) {
		this.tracing = tracing;
	}

	/**
	 * When the certificate of the server ends.
	 * @return what {@link NodeConnector#certificateExpiry(Node)} says
	 */
	public @Nullable Instant certificateExpiry() {
		return this.connector.certificateExpiry(this.node);
	}

	/**
	 * Whether all connections the pool may open are open.
	 * @return {@code true} if a borrower has to wait for one given back
	 */
	public boolean isFull() {
		return this.pool.getTotalConnections() >= this.hikari.getMaximumPoolSize();
	}

	/**
	 * Reads the figures of the pool.
	 * @return the figures
	 */
	public PoolSnapshot snapshot() {
		return new PoolSnapshot(lent(), this.pool.getIdleConnections(), this.pool.getTotalConnections(),
				this.hikari.getMaximumPoolSize(), this.line.waiting() + this.pool.getThreadsAwaitingConnection(),
				acquired(), this.timeouts.sum(), this.source.created(), this.waits.sum());
	}

	/**
	 * The bounds in force.
	 * @return the bounds
	 */
	public PoolBounds bounds() {
		return this.size.bounds();
	}

	/**
	 * The bounds of the configuration.
	 * @return always the same
	 */
	public PoolBounds configuredBounds() {
		return this.size.configured();
	}

	/**
	 * Changes the bounds until the end of the process.
	 * @param bounds the bounds from now on
	 * @return the bounds before
	 */
	PoolBounds resize(PoolBounds bounds) {
		return this.size.resize(bounds);
	}

	/**
	 * How often the bounds were changed since the start.
	 * @return the number
	 */
	public long resizes() {
		return this.size.resizes();
	}

	/**
	 * Waits until no connection is lent.
	 * @param timeout longest wait
	 * @return whether none is lent
	 * @throws InterruptedException if the caller was interrupted
	 */
	public boolean drain(Duration timeout) throws InterruptedException {
		this.draining = true;
		this.drainLock.lock();
		try {
			long remaining = TimeUnit.NANOSECONDS.convert(timeout);
			while (lent() > 0 && remaining > 0) {
				remaining = this.drained.awaitNanos(remaining);
			}
			return lent() == 0;
		}
		finally {
			this.drainLock.unlock();
		}
	}

	private void signalDrained() {
		this.drainLock.lock();
		try {
			this.drained.signalAll();
		}
		finally {
			this.drainLock.unlock();
		}
	}

	/**
	 * Lets the pool open connections again.
	 */
	void markUp() {
		this.source.markUp();
	}

	/**
	 * Says that a probe was answered, so that an attempt to connect that failed before is
	 * made again.
	 */
	void answered(Instant at) {
		this.source.answered(at);
	}

	/**
	 * Parks the opening of connections until {@link #markUp()}.
	 */
	void markDown() {
		this.source.markDown();
	}

	/**
	 * Closes what is idle; what is lent is closed when it comes back.
	 */
	public void empty() {
		this.pool.softEvictConnections();
	}

	/**
	 * Aborts every connection, also those inside a call, and empties the pool.
	 */
	void abort() {
		this.source.abortAll();
		empty();
	}

	/**
	 * Aborts every connection to a server that is gone or deposed, and empties the pool:
	 * another one answers at the address.
	 * @param startedAt when the server started that answers now
	 */
	void abortOthers(Instant startedAt) {
		this.source.abortOthers(startedAt);
		empty();
	}

	/**
	 * Closes every connection, also those that are lent, and opens none until
	 * {@link #resume()}. Who asks for one meanwhile waits.
	 * @param timeout longest wait for connections that are being opened
	 * @throws InterruptedException if the caller was interrupted
	 */
	void pause(Duration timeout) throws InterruptedException {
		this.source.pause(timeout);
		empty();
	}

	/**
	 * Whether it opens no connection, because the application is stopped.
	 * @return whether that is so
	 */
	public boolean isPaused() {
		return this.source.isPaused();
	}

	/**
	 * Lets the pool open connections again after {@link #pause(Duration)}.
	 */
	void resume() {
		this.source.resume();
	}

	@Override
	public void close() {
		this.source.close();
		this.hikari.close();
		logger.debug("Pool of {} closed", this.node.id());
	}

	@Override
	public String toString() {
		return "NodePool[" + this.node.id() + "]";
	}

}
