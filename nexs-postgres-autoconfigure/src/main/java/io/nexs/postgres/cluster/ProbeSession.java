package io.nexs.postgres.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import io.nexs.postgres.sqlstate.SqlStates;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one prober. Used by its thread, but for {@link #cut()} and
 * {@link #renew()}.
 */
final class ProbeSession {

	private static final Logger logger = LoggerFactory.getLogger(ProbeSession.class);

	/** Fast probes between two looks at where an address leads. */
	private static final int LOOK_EVERY = 10;

	private final Node node;

	private final ProbeContext context;

	/** The connection in use, so that another thread can cut it. */
	private volatile @Nullable Connection connection;

	private volatile boolean renewing;

	private volatile boolean ended;

	private @Nullable Probe probe;

	private long connectedAt;

	/** Whether the server is at the address itself; {@code null} when not looked at. */
	private @Nullable Boolean direct;

	ProbeSession(Node node, ProbeContext context) {
		this.node = node;
		this.context = context;
	}

	/**
	 * A probe to be run.
	 * @param nanoTime the present
	 * @return the probe, on a new connection where there is a reason
	 * @throws SQLException when there is no connection
	 */
	Probe ready(long nanoTime) throws SQLException {
		if (this.renewing) {
			this.renewing = false;
			drop();
		}
		Probe known = this.probe;
		if (known == null) {
			return connect();
		}
		return isToLookAgain(nanoTime) ? lookAgain(known) : known;
	}

	/**
	 * Let the next probe use a new connection.
	 */
	void renew() {
		this.renewing = true;
	}

	/**
	 * Keep no connection that is still being opened.
	 */
	void end() {
		this.ended = true;
	}

	/**
	 * Give the connection up without a word.
	 */
	void drop() {
		this.probe = null;
		cut();
	}

	/**
	 * Close the socket without a word to the server; releases a thread that waits for its
	 * answer.
	 */
	void cut() {
		Connection open = this.connection;
		this.connection = null;
		abort(open);
	}

	/**
	 * Take leave of the server.
	 */
	void leave() {
		this.probe = null;
		close(this.connection);
		this.connection = null;
	}

	private Probe connect() throws SQLException {
		Connection opened = this.context.connector().open(this.node, this.context.settings().timeout());
		this.connection = opened;
		if (this.ended) {
			cut();
		}
		Probe ready = Probe.on(opened, this.node.dsn().database(), this.context.settings().timeout());
		this.probe = ready;
		this.connectedAt = System.nanoTime();
		this.direct = null;
		return ready;
	}

	/**
	 * Where an address leads to different servers in turn only a new connection can tell
	 * to which one now: the one there is may go on. That is so for an address that did
	 * before; and for one with something in between, where no other node would show that
	 * the primary is another one, or that did.
	 */
	private boolean isToLookAgain(long nanoTime) {
		MonitorSettings settings = this.context.settings();
		long pause = Math.min(settings.interval().toNanos() / 2, LOOK_EVERY * settings.fastInterval().toNanos());
		if (nanoTime - this.connectedAt < pause) {
			return false;
		}
		Topology known = this.context.topology().get();
		NodeState state = known.node(this.node.id());
		boolean alone = known.nodes().size() == 1 || state.status() == NodeStatus.FENCED;
		return state.endpoint() || (alone && state.identity() != null && !isDirect(state.identity()));
	}

	private boolean isDirect(NodeIdentity identity) {
		Boolean known = this.direct;
		if (known == null) {
			known = leadsTo(identity);
			this.direct = known;
		}
		return known;
	}

	private boolean leadsTo(NodeIdentity identity) {
		if (this.node.address().port() != identity.port()) {
			return false;
		}
		try {
			return List.of(InetAddress.getAllByName(this.node.address().host()))
				.contains(InetAddress.getByName(identity.address()));
		}
		catch (UnknownHostException ex) {
			return true;
		}
	}

	/**
	 * Keeps the connection there is when the server has no place for another one.
	 */
	private Probe lookAgain(Probe known) throws SQLException {
		Connection before = this.connection;
		try {
			Probe ready = connect();
			close(before);
			return ready;
		}
		catch (SQLException ex) {
			if (!SqlStates.TOO_MANY_CONNECTIONS.equals(ex.getSQLState())) {
				abort(before);
				throw ex;
			}
			this.connectedAt = System.nanoTime();
			return known;
		}
	}

	private void close(@Nullable Connection open) {
		if (open == null) {
			return;
		}
		try {
			open.close();
		}
		catch (SQLException ex) {
			abort(open);
		}
	}

	private void abort(@Nullable Connection open) {
		if (open == null) {
			return;
		}
		try {
			open.abort(Runnable::run);
		}
		catch (SQLException ex) {
			logger.debug("Cutting the probe connection to {} failed", this.node, ex);
		}
	}

}
