package io.nexs.postgres.pool;

import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.ProbeConnector;
import io.nexs.postgres.dsn.PostgresDsn;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.util.HostSpec;

/**
 * Opens physical connections to nodes, outside any pool. Thread-safe.
 * <p>
 * The start-up packet is covered by a limit too: the socket limit is lowered to the login
 * limit until the server has answered, because a stopped server process accepts the TCP
 * connection and then says nothing.
 */
public final class NodeConnector implements ProbeConnector {

	/**
	 * The oldest major version of the server that is supported.
	 */
	public static final int OLDEST_SERVER = 14;

	private final Driver driver = new Driver();

	private final PoolSettings settings;

	private final @Nullable String probeDatabase;

	private final Map<String, Instant> certificates = new ConcurrentHashMap<>();

	/**
	 * Creates a connector.
	 * @param settings time limits and driver properties
	 */
	public NodeConnector(PoolSettings settings) {
		this(settings, null);
	}

	/**
	 * Creates a connector that probes through a database of its own, which behind
	 * PgBouncer has server connections of its own.
	 * @param settings time limits and driver properties
	 * @param probeDatabase database the probes ask for, or {@code null} for that of the
	 * node
	 */
	public NodeConnector(PoolSettings settings, @Nullable String probeDatabase) {
		this.settings = settings;
		this.probeDatabase = probeDatabase;
	}

	/**
	 * Opens a connection for statements of the application. Its network limit is the
	 * socket limit of the settings.
	 * @param node where to
	 * @return a new physical connection
	 * @throws SQLException if the node does not answer in time or refuses
	 */
	public Connection open(Node node) throws SQLException {
		return openPhysical(node, (socket) -> {
		}, (connection) -> {
		});
	}

	/**
	 * Opens a connection that knows its server. The login limit holds for that question
	 * too: a server may let us in and be silent after that.
	 * @param watcher told of its socket, so that the attempt can be cut off
	 */
	NodeConnection openIntroduced(Node node, Consumer<Socket> watcher) throws SQLException {
		return openPhysical(node, watcher, NodeConnection::introduce);
	}

	private NodeConnection openPhysical(Node node, Consumer<Socket> watcher, FirstWords firstWords)
			throws SQLException {
		Properties properties = DriverProperties.forNode(node, this.settings);
		int socketSeconds = Integer.parseInt(properties.getProperty("socketTimeout"));
		int loginSeconds = Integer.parseInt(DriverProperties.seconds(this.settings.timeouts().login()));
		boolean shortened = socketSeconds == 0 || loginSeconds < socketSeconds;
		if (shortened) {
			properties.setProperty("socketTimeout", Integer.toString(loginSeconds));
		}
		NodeConnection connection = connectPhysical(node, properties, watcher);
		try {
			firstWords.say(connection);
			if (shortened) {
				connection.setNetworkTimeout(Runnable::run, (int) TimeUnit.SECONDS.toMillis(socketSeconds));
			}
			return connection;
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	@Override
	public Connection open(Node node, Duration timeout) throws SQLException {
		Properties properties = limited(node, "nexs-db-probe", timeout);
		PostgresDsn dsn = (this.probeDatabase != null) ? node.dsn().withDatabase(this.probeDatabase) : node.dsn();
		return connect(node, dsn, properties);
	}

	/**
	 * Opens a connection for questions of this library to a server, to the database of
	 * the application.
	 * @param node where to
	 * @param applicationName name the server sees
	 * @param timeout limit of connecting, and of each answer
	 * @param watcher told of its socket, so that the attempt can be cut off
	 * @return a new physical connection
	 * @throws SQLException if the node does not answer in time or refuses
	 */
	public Connection open(Node node, String applicationName, Duration timeout, Consumer<Socket> watcher)
			throws SQLException {
		return connectPhysical(node, limited(node, applicationName, timeout), watcher);
	}

	private Properties limited(Node node, String applicationName, Duration timeout) {
		Properties properties = DriverProperties.forNode(node, this.settings);
		String seconds = DriverProperties.seconds(timeout);
		properties.setProperty("connectTimeout", seconds);
		properties.setProperty("socketTimeout", seconds);
		properties.setProperty("ApplicationName", applicationName);
		return properties;
	}

	/**
	 * The name by which a server sees the sessions of the pools.
	 * @param node the node
	 * @return the name, that of the driver where none is configured
	 */
	public String applicationName(Node node) {
		return DriverProperties.forNode(node, this.settings)
			.getProperty("ApplicationName", PGProperty.APPLICATION_NAME.getDefaultValue());
	}

	/**
	 * When the certificate ends that the server of a node showed on the connection opened
	 * last.
	 * @param node the node
	 * @return the moment, or {@code null} without TLS, before the first connection and
	 * with an {@code sslfactory} of the user
	 */
	public @Nullable Instant certificateExpiry(Node node) {
		return this.certificates.get(node.id());
	}

	private void learnCertificate(Node node) {
		Instant expiry = NodeSocketFactory.certificateExpiry();
		if (expiry != null) {
			this.certificates.put(node.id(), expiry);
		}
		else {
			this.certificates.remove(node.id());
		}
	}

	private Connection connect(Node node, PostgresDsn dsn, Properties properties) throws SQLException {
		NodeSocketFactory.begin((socket) -> {
		});
		try {
			Connection connection = this.driver.connect(dsn.withoutParameters().jdbcUrl(), properties);
			if (connection == null) {
				throw notAccepted(node);
			}
			learnCertificate(node);
			return connection;
		}
		catch (SQLException ex) {
			throw NodeSslFactory.reason(ex);
		}
		finally {
			NodeSocketFactory.end();
		}
	}

	private NodeConnection connectPhysical(Node node, Properties properties, Consumer<Socket> watcher)
			throws SQLException {
		String url = node.dsn().withoutParameters().jdbcUrl();
		Properties parsed = Driver.parseURL(url, properties);
		if (parsed == null) {
			throw notAccepted(node);
		}
		HostSpec host = new HostSpec(node.address().host(), node.address().port(),
				PGProperty.LOCAL_SOCKET_ADDRESS.getOrDefault(parsed));
		NodeSocketFactory.begin(watcher);
		try {
			NodeConnection connection = new NodeConnection(host, parsed, url);
			learnCertificate(node);
			connection.useSocket(NodeSocketFactory.end());
			return connection;
		}
		catch (SQLException ex) {
			throw NodeSslFactory.reason(ex);
		}
		finally {
			NodeSocketFactory.end();
		}
	}

	private static SQLException notAccepted(Node node) {
		return new SQLException("The PostgreSQL driver does not accept the address of " + node.id(), "08001");
	}

	/**
	 * What is said on a connection while the login limit holds.
	 */
	@FunctionalInterface
	private interface FirstWords {

		void say(NodeConnection connection) throws SQLException;

	}

}
