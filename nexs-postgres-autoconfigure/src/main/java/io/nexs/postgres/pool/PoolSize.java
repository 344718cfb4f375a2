package io.nexs.postgres.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections the pool of a node has, and what becomes of those that are too
 * many. HikariCP takes new bounds while it runs, but closes nothing for them.
 * Thread-safe.
 */
final class PoolSize {

	private static final Logger logger = LoggerFactory.getLogger(PoolSize.class);

	private static final long TAKE_MILLIS = 20;

	private final String nodeId;

	private final HikariDataSource hikari;

	private final HikariPool pool;

	private final WaitingLine line;

	private final PoolBounds configured;

	private final ReentrantLock lock = new ReentrantLock();

	private final LongAdder resizes = new LongAdder();

	/** Whether more connections may be open than there is room for. */
	private volatile boolean oversized;

	PoolSize(String nodeId, HikariDataSource hikari, WaitingLine line) {
		this.nodeId = nodeId;
		this.hikari = hikari;
		this.pool = (HikariPool) hikari.getHikariPoolMXBean();
		this.line = line;
		this.configured = bounds();
	}

	PoolBounds bounds() {
		int max = this.hikari.getMaximumPoolSize();
		return new PoolBounds(Math.min(this.hikari.getMinimumIdle(), max), max);
	}

	PoolBounds configured() {
		return this.configured;
	}

	long resizes() {
		return this.resizes.sum();
	}

	/**
	 * Changes the bounds. A larger maximum lets those in who wait. With a smaller one
	 * idle connections that are too many are closed at once, and lent ones when they are
	 * given back. A larger minimum is reached within HikariCP's housekeeping period of 30
	 * s.
	 * @return the bounds before
	 */
	PoolBounds resize(PoolBounds bounds) {
		this.lock.lock();
		try {
			PoolBounds before = bounds();
			if (before.equals(bounds)) {
				return before;
			}
			this.hikari.setMinimumIdle(Math.min(bounds.min(), before.min()));
			this.hikari.setMaximumPoolSize(bounds.max());
			this.hikari.setMinimumIdle(bounds.min());
			if (bounds.max() > before.max()) {
				this.line.callNext();
			}
			else if (bounds.max() < before.max()) {
				this.oversized = true;
				closeIdleSurplus();
			}
			this.resizes.increment();
			return before;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether those that come back are to be looked at.
	 */
	boolean isOversized() {
		return this.oversized;
	}

	/**
	 * Closes a connection that comes back if there are too many.
	 */
	void closeIfSurplus(Connection connection) throws SQLException {
		if (surplus() > 0) {
			connection.unwrap(NodeConnection.class).close();
			return;
		}
		this.oversized = false;
		if (surplus() > 0) {
			this.oversized = true;
		}
	}

	/**
	 * Nobody in the line can get these connections: as many as there is room for are lent
	 * or idle without them.
	 */
	private void closeIdleSurplus() {
		NodeConnection.Borrower borrower = NodeConnection.beginUntried();
		try {
			while (surplus() > 0 && this.pool.getIdleConnections() > 0) {
				try (Connection connection = this.pool.getConnection(TAKE_MILLIS)) {
					this.pool.evictConnection(connection);
				}
			}
		}
		catch (SQLException ex) {
			logger.debug("Connections to {} that are too many are closed later: {}", this.nodeId, ex.getMessage());
		}
		finally {
			borrower.endUntried();
		}
	}

	private int surplus() {
		return this.pool.getTotalConnections() - this.hikari.getMaximumPoolSize();
	}

}
