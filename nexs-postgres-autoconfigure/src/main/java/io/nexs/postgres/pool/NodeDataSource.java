package io.nexs.postgres.pool;

import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.ServerInstance;
import io.nexs.postgres.hook.HookDispatcher;
import io.nexs.postgres.sqlstate.SqlStateClassifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * The data source under a node's pool. It does two things HikariCP cannot: while the node
 * is down it parks the pool's connection adder instead of throwing, since a throw starts
 * HikariCP's back-off of up to 5 s, which nothing can wake; and it knows every physical
 * connection of the node, so that all can be aborted from another thread. Thread-safe.
 */
final class NodeDataSource extends AbstractDataSource {

	private static final Logger nodeLogger = LoggerFactory.getLogger(NodeDataSource.class);

	/**
	 * How long the monitor may take to judge a node to which no connection came about.
	 */
	private static final long LONGEST_VERDICT_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** Between two attempts on a node that answers its probes and takes no connection. */
	private static final long SHORTEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private final Node node;

	private final NodeConnector connector;

	private final NodeTraffic traffic;

	private final HookDispatcher hooks;

	private final Set<NodeConnection> physical = ConcurrentHashMap.newKeySet();

	/** Sockets of attempts to connect that are under way. */
	private final Set<Socket> connecting = ConcurrentHashMap.newKeySet();

	private final AtomicInteger cuts = new AtomicInteger();

	private final LongAdder created = new LongAdder();

	private final AtomicInteger aborts = new AtomicInteger();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	/** Replaced when another server answers at the address. */
	private volatile Successor successor = new Successor(Instant.MIN);

	private boolean up = true;

	/** When the last probe ended that the node answered. */
	private Instant answeredAt = Instant.MIN;

	private boolean paused;

	private int opening;

	private boolean closed;

	/**
	 * Creates the data source, open.
	 * @param traffic told of every connection, opened or not
	 * @param hooks calls the hooks of opened and closed connections
	 */
	NodeDataSource(Node node, NodeConnector connector, NodeTraffic traffic, HookDispatcher hooks) {
		this.node = node;
		this.connector = connector;
		this.traffic = traffic;
		this.hooks = hooks;
	}

	/**
	 * Opens a connection; waits while the node is down. A connection that was lost or
	 * refused is evidence: it is reported, and the next attempt waits for the monitor's
	 * verdict, so the pool does not see the failure. Anything else (a wrong password, too
	 * many clients) is thrown.
	 */
	@Override
	public Connection getConnection() throws SQLException {
		while (true) {
			Marks before = awaitUp();
			try {
				NodeConnection connection = openTracked(before);
				if (isUp()) {
					return connection;
				}
				discard(connection);
			}
			catch (SQLException ex) {
				this.traffic.failed(this.node.id(), ex);
				if (!SqlStateClassifier.isConnectionLost(ex)) {
					throw ex;
				}
				Instant failedAt = Instant.now();
				nodeLogger.debug("No connection to {}: {}", this.node.id(), ex.getMessage());
				if (!awaitVerdict(failedAt)) {
					throw ex;
				}
			}
		}
	}

	private NodeConnection openTracked(Marks before) throws SQLException {
		try {
			return ConnectionHooks.open(this.hooks, this.node.id(), () -> openPhysical(before));
		}
		finally {
			this.lock.lock();
			try {
				this.opening--;
				this.changed.signalAll();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	private NodeConnection openPhysical(Marks before) throws SQLException {
		return track(open(before), before);
	}

	private NodeConnection open(Marks before) throws SQLException {
		List<Socket> mine = new ArrayList<>(1);
		try {
			NodeConnection connection = this.connector.openIntroduced(this.node, (socket) -> {
				mine.add(socket);
				this.connecting.add(socket);
				if (this.cuts.get() != before.cuts) {
					cut(socket);
				}
			});
			ServerInstance server = connection.server();
			if (server != null) {
				this.traffic.connected(this.node.id(), server);
			}
			return connection;
		}
		finally {
			mine.forEach(this.connecting::remove);
		}
	}

	/**
	 * Ends attempts to connect: a server that stands still would keep the thread until
	 * its time is up.
	 */
	private void cutConnecting() {
		this.cuts.incrementAndGet();
		this.connecting.forEach(NodeDataSource::cut);
	}

	private static void cut(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			nodeLogger.debug("Could not close a socket: {}", ex.getMessage());
		}
	}

	void markUp() {
		signal(true);
	}

	void markDown() {
		signal(false);
	}

	/**
	 * Aborts all connections and opens none until {@link #resume()}, whatever is known of
	 * the node.
	 * @param timeout longest wait for connections that are being opened
	 */
	void pause(Duration timeout) throws InterruptedException {
		signalPaused(true);
		abortAll();
		this.lock.lock();
		try {
			long remaining = timeout.toNanos();
			while (this.opening > 0 && remaining > 0) {
				remaining = this.changed.awaitNanos(remaining);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void resume() {
		signalPaused(false);
	}

	private void signalPaused(boolean paused) {
		this.lock.lock();
		try {
			this.paused = paused;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A probe was answered.
	 * @param at when it ended
	 */
	void answered(Instant at) {
		this.lock.lock();
		try {
			this.answeredAt = at;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void signal(boolean up) {
		this.lock.lock();
		try {
			this.up = up;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until a connection may be opened, and takes note that one is.
	 * @return what holds of connections until then
	 */
	private Marks awaitUp() throws SQLException {
		this.lock.lock();
		try {
			while ((!this.up || this.paused) && !this.closed) {
				this.changed.await();
			}
			if (this.closed) {
				throw new SQLException("The pool of " + this.node.id() + " is closed", "08003");
			}
			this.opening++;
			return new Marks(this.aborts.get(), this.cuts.get(), this.successor);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SQLException("Interrupted while waiting for " + this.node.id(), "08001", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isPaused() {
		this.lock.lock();
		try {
			return this.paused;
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isUp() {
		this.lock.lock();
		try {
			return this.up && !this.paused;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Closes a connection that was on its way when the node was taken down.
	 */
	private void discard(NodeConnection connection) throws SQLException {
		this.physical.remove(connection);
		connection.close();
	}

	/**
	 * Gives the monitor, which was just told of the failure, the time of some probes to
	 * say that the node is down or that it answers.
	 * @return whether it did
	 */
	private boolean awaitVerdict(Instant failedAt) throws SQLException {
		this.lock.lock();
		try {
			long remaining = LONGEST_VERDICT_NANOS;
			while (this.up && !this.paused && !this.closed && remaining > 0 && (this.answeredAt.isBefore(failedAt)
					|| LONGEST_VERDICT_NANOS - remaining < SHORTEST_REST_NANOS)) {
				long limit = this.answeredAt.isBefore(failedAt) ? remaining
						: SHORTEST_REST_NANOS - (LONGEST_VERDICT_NANOS - remaining);
				remaining -= limit - Math.max(0, this.changed.awaitNanos(limit));
			}
			return remaining > 0;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SQLException("Interrupted while waiting for " + this.node.id(), "08001", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes note of a connection. One that was on its way while all others were aborted
	 * is aborted too, and so is one to a server that was replaced meanwhile.
	 */
	private NodeConnection track(NodeConnection connection, Marks before) throws SQLException {
		for (NodeConnection other : this.physical) {
			if (other.isClosed()) {
				this.physical.remove(other);
			}
		}
		this.physical.add(connection);
		Successor now = this.successor;
		if (this.aborts.get() != before.aborts || (now != before.successor && connection.leadsToOther(now.startedAt))) {
			this.physical.remove(connection);
			connection.abort(Runnable::run);
			throw new SQLException("Connections to " + this.node.id() + " were aborted meanwhile", "08006");
		}
		this.created.increment();
		return connection;
	}

	long created() {
		return this.created.sum();
	}

	/**
	 * Aborts every physical connection: a thread inside a call on one gets an error at
	 * once.
	 */
	void abortAll() {
		this.aborts.incrementAndGet();
		for (NodeConnection connection : this.physical) {
			abort(connection);
		}
		this.physical.clear();
		cutConnecting();
	}

	/**
	 * Aborts every physical connection that does not lead to the server that answers now.
	 * @param startedAt when that server started
	 */
	void abortOthers(Instant startedAt) {
		this.successor = new Successor(startedAt);
		for (NodeConnection connection : this.physical) {
			if (connection.leadsToOther(startedAt)) {
				abort(connection);
				this.physical.remove(connection);
			}
		}
	}

	private void abort(NodeConnection connection) {
		try {
			connection.abort(Runnable::run);
		}
		catch (SQLException ex) {
			nodeLogger.debug("Could not abort a connection to {}: {}", this.node.id(), ex.getMessage());
		}
	}

	/**
	 * Releases whoever is parked, with an error, for good.
	 */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		cutConnecting();
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		throw new SQLFeatureNotSupportedException("Credentials are those of the DSN");
	}

	@Override
	public void setLoginTimeout(int seconds) {
		// HikariCP sets it; the limits are those of the settings
	}

	/**
	 * Time HikariCP waits at shutdown for its connection adder, in seconds.
	 */
	@Override
	public int getLoginTimeout() {
		return 1;
	}

	@Override
	public String toString() {
		return "NodeDataSource[" + this.node.id() + "]";
	}

	/**
	 * What held when a connection was on its way.
	 *
	 * @param aborts how often all connections were aborted before
	 * @param cuts how often attempts to connect were ended before
	 * @param successor the server known by then
	 */
	private record Marks(int aborts, int cuts, Successor successor) {

	}

	/**
	 * A server that took the place of another one.
	 *
	 * @param startedAt when it started
	 */
	private record Successor(Instant startedAt) {

	}

}
