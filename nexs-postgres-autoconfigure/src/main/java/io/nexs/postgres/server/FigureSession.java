package io.nexs.postgres.server;

import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.pool.NodeConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection on which one node is asked: outside the pools, which may have none free
 * exactly when the figures matter. Opened by the first question and kept. Used by one
 * thread, but for {@link #end()}.
 */
final class FigureSession {

	private static final Logger logger = LoggerFactory.getLogger(FigureSession.class);

	private static final String NAME = "nexs-db-server";

	private final Node node;

	private final NodeConnector connector;

	private final ServerSettings settings;

	private volatile @Nullable Connection connection;

	/** Of the attempt to connect that is under way, or was last. */
	private volatile @Nullable Socket socket;

	private volatile boolean ended;

	FigureSession(Node node, NodeConnector connector, ServerSettings settings) {
		this.node = node;
		this.connector = connector;
		this.settings = settings;
	}

	/**
	 * Asks the node. A connection that was there before may have been lost meanwhile, so
	 * the question is then asked once more, on a new one.
	 */
	Reading ask() throws SQLException {
		Connection known = this.connection;
		if (known == null) {
			return askOn(connect());
		}
		try {
			return askOn(known);
		}
		catch (SQLException ex) {
			if (!known.isClosed() || this.ended) {
				throw ex;
			}
			logger.debug("The connection for the figures of {} was lost: {}", this.node.id(), ex.getMessage());
			return askOn(connect());
		}
	}

	private Reading askOn(Connection open) throws SQLException {
		return Reading.from(open, this.connector.applicationName(this.node));
	}

	/**
	 * Tries whether the node commits. A connection on which it did not is given up.
	 * @return {@code null} if there is no connection
	 */
	@Nullable WriteCheck write() {
		Connection open = this.connection;
		if (open == null) {
			return null;
		}
		WriteCheck check = WriteProbe.on(open, this.settings.writeLimit());
		if (check.problem() != null) {
			drop();
		}
		return check;
	}

	private Connection connect() throws SQLException {
		Connection opened = this.connector.open(this.node, NAME, this.settings.timeout(), this::connecting);
		this.connection = opened;
		if (this.ended) {
			drop();
			throw new SQLException("Figures of " + this.node.id() + " are not asked for any more", "08003");
		}
		return opened;
	}

	private void connecting(Socket attempt) {
		this.socket = attempt;
		if (this.ended) {
			close(attempt);
		}
	}

	/**
	 * Gives the connection up without a word.
	 */
	void drop() {
		Connection open = this.connection;
		this.connection = null;
		if (open == null) {
			return;
		}
		try {
			open.abort(Runnable::run);
		}
		catch (SQLException ex) {
			logger.debug("Closing the connection for the figures of {} failed", this.node.id(), ex);
		}
	}

	/**
	 * Takes leave of the server.
	 */
	void leave() {
		Connection open = this.connection;
		this.connection = null;
		if (open == null) {
			return;
		}
		try {
			open.close();
		}
		catch (SQLException ex) {
			logger.debug("Closing the connection for the figures of {} failed", this.node.id(), ex);
		}
	}

	/**
	 * Releases a thread that connects or waits for an answer, for good.
	 */
	void end() {
		this.ended = true;
		Socket known = this.socket;
		if (known != null) {
			close(known);
		}
	}

	private static void close(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			logger.debug("Could not close a socket: {}", ex.getMessage());
		}
	}

}
