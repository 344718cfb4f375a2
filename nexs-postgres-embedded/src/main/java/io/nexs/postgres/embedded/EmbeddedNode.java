package io.nexs.postgres.embedded;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * One server of an {@link EmbeddedCluster} and the relay in front of it. Thread-safe.
 */
public final class EmbeddedNode {

	static final String HOST = "127.0.0.1";

	private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

	private static final Duration WAIT_LIMIT = Duration.ofSeconds(20);

	private static final String APPLY_DELAY = "recovery_min_apply_delay";

	private final String id;

	private final int directPort;

	private final ClusterSettings settings;

	private final PostgresServer server;

	private final NodeConfiguration configuration;

	private final Relay relay;

	EmbeddedNode(String id, int directPort, PostgresServer server, ClusterSettings settings) {
		this.id = id;
		this.directPort = directPort;
		this.settings = settings;
		this.server = server;
		this.configuration = new NodeConfiguration(id, directPort, server.major(), settings.parameters());
		this.relay = new Relay(id, directPort);
	}

	/**
	 * Return the id: {@code node-1}, {@code node-2} and so on.
	 * @return the id
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Return the address of both ports.
	 * @return {@code 127.0.0.1}
	 */
	public String host() {
		return HOST;
	}

	/**
	 * Return the relay's port, which clients use.
	 * @return the port
	 */
	public int port() {
		return this.relay.port();
	}

	/**
	 * Return the server's own port. The standbys use it, so a cut relay does not stop
	 * replication.
	 * @return the port
	 */
	public int directPort() {
		return this.directPort;
	}

	/**
	 * Return the DSN of this node alone, through the relay.
	 * @return a {@code postgres://} URL
	 */
	public String dsn() {
		return "postgres://%s@%s:%d/%s".formatted(this.settings.username(), HOST, port(), this.settings.database());
	}

	/**
	 * Return the JDBC URL of this node alone, through the relay.
	 * @return a {@code jdbc:postgresql://} URL
	 */
	public String jdbcUrl() {
		return "jdbc:postgresql://%s:%d/%s?user=%s".formatted(HOST, port(), this.settings.database(),
				this.settings.username());
	}

	/**
	 * Open a connection as superuser that does not pass the relay.
	 * @return the connection, for the caller to close
	 * @throws SQLException when the server does not answer within 5 seconds
	 */
	public Connection connect() throws SQLException {
		return admin().connect();
	}

	/**
	 * Return whether the server's process lives; a frozen one does.
	 * @return whether it is running
	 */
	public boolean isRunning() {
		return this.server.isRunning();
	}

	/**
	 * Return whether the server was frozen and not thawed.
	 * @return whether it is frozen
	 */
	public boolean isFrozen() {
		return this.server.isFrozen();
	}

	/**
	 * Ask the server whether it is a standby.
	 * @return whether it is in recovery
	 * @throws EmbeddedClusterException when it does not answer
	 */
	public boolean isInRecovery() {
		return state().inRecovery();
	}

	/**
	 * Ask the server which timeline it writes or follows.
	 * @return the timeline, 1 for a new cluster
	 * @throws EmbeddedClusterException when it does not answer
	 */
	public int timeline() {
		return state().timeline();
	}

	/**
	 * End all processes of the node with SIGKILL. Returns when they have ended and their
	 * ports are closed.
	 */
	public void kill() {
		this.server.kill();
	}

	/**
	 * Stop all processes of the node with SIGSTOP: connections stay open and nothing
	 * answers.
	 * @throws UnsupportedOperationException on Windows
	 */
	public void freeze() {
		this.server.freeze();
	}

	/**
	 * Let all processes of the node go on.
	 * @throws UnsupportedOperationException on Windows
	 */
	public void thaw() {
		this.server.thaw();
	}

	/**
	 * Stop the server in order; its sessions are ended.
	 * @throws EmbeddedClusterException when it is frozen
	 */
	public void stop() {
		this.server.stop();
	}

	/**
	 * Start the server as what it was, a primary or a standby, and wait until it accepts
	 * connections.
	 * @throws EmbeddedClusterException with the end of its log when it does not start
	 */
	public void start() {
		this.server.start();
	}

	/**
	 * Pause replay and wait until it is paused. WAL is still received.
	 * @throws EmbeddedClusterException when the node is not a running standby
	 */
	public void pauseReplay() {
		admin().execute(ANSWER_LIMIT, "select pg_wal_replay_pause()");
		await("replay to pause", "select pg_get_wal_replay_pause_state()", "paused");
	}

	/**
	 * Resume replay.
	 * @throws EmbeddedClusterException when the node is not a running standby
	 */
	public void resumeReplay() {
		admin().execute(ANSWER_LIMIT, "select pg_wal_replay_resume()");
	}

	/**
	 * Let the standby apply commits later than the primary made them.
	 * @param delay the time, in whole milliseconds; {@link Duration#ZERO} to end it
	 * @throws EmbeddedClusterException when the node is not a running standby
	 */
	public void delayReplay(Duration delay) {
		if (!isInRecovery()) {
			throw new EmbeddedClusterException(this.id + " is not a standby");
		}
		this.configuration.set(APPLY_DELAY, Long.toString(delay.toMillis()));
		reconfigure();
		await("the delay", "select setting from pg_settings where name = '" + APPLY_DELAY + "'",
				Long.toString(delay.toMillis()));
	}

	/**
	 * Return the relay in front of the server.
	 * @return the relay
	 */
	public Relay relay() {
		return this.relay;
	}

	@Override
	public String toString() {
		return this.id + "@" + HOST + ":" + port();
	}

	PostgresServer server() {
		return this.server;
	}

	NodeConfiguration configuration() {
		return this.configuration;
	}

	Admin admin() {
		return new Admin(this.id, this.directPort, this.settings.database(), this.settings.username());
	}

	/**
	 * Return whether the server can be asked.
	 * @return whether it is running and not frozen
	 */
	boolean isAnswering() {
		return isRunning() && !isFrozen();
	}

	NodeState state() {
		try (Connection connection = admin().connect(ANSWER_LIMIT)) {
			return NodeState.read(connection);
		}
		catch (SQLException ex) {
			throw new EmbeddedClusterException("%s: %s".formatted(this.id, ex.getMessage()), ex);
		}
	}

	/**
	 * Write the configuration and make the server read it.
	 */
	void reconfigure() {
		this.configuration.write(this.server.data());
		this.server.reload();
	}

	void becomePrimary() {
		this.configuration.remove("primary_conninfo");
		this.configuration.remove(APPLY_DELAY);
		reconfigure();
	}

	/**
	 * Name the server to stream from.
	 * @param primary the port of the server, or 0 for none
	 */
	void streamFrom(int primary) {
		this.configuration.set("primary_conninfo",
				(primary == 0) ? "" : "host=%s port=%d user=%s application_name=%s sslmode=disable gssencmode=disable"
					.formatted(HOST, primary, this.settings.username(), this.id));
	}

	void await(String what, String sql, String expected) {
		if (!admin().await(WAIT_LIMIT, sql, expected)) {
			throw new EmbeddedClusterException("%s: waited in vain for %s".formatted(this.id, what));
		}
	}

}
