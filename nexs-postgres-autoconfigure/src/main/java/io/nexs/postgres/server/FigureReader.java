package io.nexs.postgres.server;

import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeIdentity;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one node for its figures, on a thread of its own, so that a node that hangs holds
 * up no other. It does not ask while the node is known to be down, and at once when the
 * node is back.
 */
final class FigureReader implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(FigureReader.class);

	private final ServerMonitor monitor;

	private final Node node;

	private final ServerSettings settings;

	private final FigureSession session;

	private final Counters counters;

	private final Thread thread;

	private volatile @Nullable Known known;

	private volatile boolean closed;

	private volatile boolean wanted;

	/** Whether the node is not known to be down. */
	private volatile boolean up;

	/** Whether listeners think that something is known. */
	private boolean told;

	private boolean complained;

	FigureReader(ServerMonitor monitor, Node node, FigureSession session, Counters counters) {
		this.monitor = monitor;
		this.node = node;
		this.settings = monitor.settings();
		this.session = session;
		this.counters = counters;
		this.up = isUp(monitor.state(node));
		this.thread = new Thread(this, "nexs-db-server-" + node.id());
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	/**
	 * The figures, unless they are too old or the node is known to be down.
	 */
	@Nullable ServerFigures figures() {
		Known last = this.known;
		boolean fresh = last != null && System.nanoTime() - last.nanoTime() < this.settings.staleNanos();
		return (last != null && fresh && this.up) ? last.figures() : null;
	}

	private static boolean isUp(NodeState state) {
		return state.status() != NodeStatus.UNHEALTHY;
	}

	/**
	 * Looks at the node again: it may be down, which makes what is known of it worthless
	 * for good, or back. Never blocks.
	 */
	void follow(NodeState state) {
		boolean before = this.up;
		this.up = isUp(state);
		if (before != this.up) {
			this.known = null;
			this.wanted = true;
			LockSupport.unpark(this.thread);
		}
	}

	@Override
	public void run() {
		while (!this.closed) {
			this.wanted = false;
			long start = System.nanoTime();
			try {
				look();
			}
			catch (Error ex) {
				// No memory even to say so; the next time there may be
			}
			rest(start);
		}
		this.session.leave();
	}

	private void look() {
		if (!this.up) {
			this.session.drop();
			forget();
			return;
		}
		try {
			publish(read());
		}
		catch (SQLException | RuntimeException ex) {
			this.session.drop();
			forget();
			complain(ex);
		}
	}

	/**
	 * Behind an address that leads to different servers in turn the connection may lead
	 * to the one before.
	 */
	private Reading read() throws SQLException {
		Reading reading = this.session.ask();
		NodeIdentity identity = this.monitor.state(this.node).identity();
		if (identity != null && !reading.startedAt().equals(identity.startedAt())) {
			this.session.drop();
			return this.session.ask();
		}
		return reading;
	}

	private void publish(Reading reading) {
		this.counters.next(reading);
		ServerFigures figures = reading.figures(this.node.id(), this.counters.cacheHitRatio(), write());
		if (this.closed) {
			return;
		}
		this.told = true;
		this.known = new Known(figures, System.nanoTime());
		this.monitor.listeners().forEach((listener) -> listener.read(figures));
		if (this.complained) {
			this.complained = false;
			logger.info("Figures of {} are read again", this.node.id());
		}
	}

	private @Nullable WriteCheck write() {
		return (this.settings.writeProbe() && this.monitor.isPrimary(this.node)) ? this.session.write() : null;
	}

	private void forget() {
		this.known = null;
		if (this.told) {
			this.told = false;
			this.monitor.listeners().forEach((listener) -> listener.lost(this.node.id()));
		}
	}

	/**
	 * Once, until it works again; of a node that is down the monitor has said so.
	 */
	private void complain(Exception failure) {
		if (this.complained || this.closed || !this.monitor.state(this.node).status().takesWork()) {
			return;
		}
		this.complained = true;
		String reason = (failure instanceof SQLException ex) ? ex.getSQLState() + ": " + ex.getMessage()
				: failure.getClass().getName();
		logger.warn("No figures of {} (nexs.db.server): {}", this.node.id(), reason);
	}

	private void rest(long start) {
		long pause = (long) (this.settings.interval().toNanos() * ThreadLocalRandom.current().nextDouble(0.9, 1.1));
		while (!this.closed && !this.wanted) {
			long rest = start + pause - System.nanoTime();
			if (rest <= 0) {
				return;
			}
			LockSupport.parkNanos(this, rest);
		}
	}

	/**
	 * Asks no more.
	 */
	void end() {
		this.closed = true;
		this.session.end();
		LockSupport.unpark(this.thread);
	}

	/**
	 * Waits for the end of the thread, and with it of the connection.
	 */
	void join() throws InterruptedException {
		this.thread.join(TimeUnit.NANOSECONDS.toMillis(this.settings.timeout().toNanos()) + 1000);
		forget();
	}

	/**
	 * Figures and when they were read.
	 *
	 * @param figures the figures
	 * @param nanoTime when, in the time of {@link System#nanoTime()}
	 */
	private record Known(ServerFigures figures, long nanoTime) {

	}

}
