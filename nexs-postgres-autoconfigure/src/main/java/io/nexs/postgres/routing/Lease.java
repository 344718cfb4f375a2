package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;

import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.AutoSave;

/**
 * A pooled connection while a handle has it, with the route that led to it. Not
 * thread-safe, like the handle.
 */
final class Lease {

	private final NodeTarget target;

	private final Connection connection;

	private final Route route;

	private final boolean read;

	private final int fallbacks;

	private boolean lost;

	private boolean used;

	private boolean usedEver;

	private boolean released;

	Lease(NodeTarget target, Connection connection, Route route, boolean read) {
		this.target = target;
		this.connection = connection;
		this.route = route;
		this.read = read;
		this.fallbacks = route.reason().isFallback() ? target.fallbacks().incrementAndGet() : 0;
	}

	/**
	 * How many fallbacks to the node there were when this one was taken, itself counted;
	 * zero if it is none.
	 */
	int fallbacks() {
		return this.fallbacks;
	}

	NodeTarget target() {
		return this.target;
	}

	Connection connection() {
		return this.connection;
	}

	Route route() {
		return this.route;
	}

	/**
	 * Whether it was taken for work that is marked read-only.
	 */
	boolean isRead() {
		return this.read;
	}

	/**
	 * Whether the connection died, or was closed by HikariCP, which has a table of
	 * SQLSTATEs of its own and sees failures that reach no statement, such as those of a
	 * result set.
	 */
	boolean isLost() {
		this.lost = this.lost || isEvicted();
		return this.lost;
	}

	private boolean isEvicted() {
		try {
			return this.connection.isClosed();
		}
		catch (SQLException ex) {
			return true;
		}
	}

	void markLost() {
		this.lost = true;
	}

	/**
	 * Whether the connection lay idle, was not tried before it was lent, and was not used
	 * since.
	 */
	boolean isUntried() throws SQLException {
		return !this.usedEver && this.target.pool().isUntried(this.connection);
	}

	/**
	 * Whether the driver has closed the connection, because the server ended the session.
	 */
	boolean isDead() {
		try {
			return this.connection.unwrap(BaseConnection.class).isClosed();
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
			return this.connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.IDLE;
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
		if (this.released) {
			return;
		}
		this.released = true;
		if (this.route.reason().isFallback()) {
			this.target.fallbacks().decrementAndGet();
		}
		this.target.pool().giveBack(this.connection);
	}

}
