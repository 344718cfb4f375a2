package io.nexs.postgres.benchmark;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import io.nexs.postgres.embedded.EmbeddedCluster;

/**
 * A primary and a replica with the tables of the benchmarks: those the runner has
 * started, or, where a benchmark is run by itself, servers of its own. All subjects
 * connect to the servers themselves, not through the relays of the embedded cluster.
 */
final class Servers implements AutoCloseable {

	/**
	 * The system property by which the runner tells its forks the ports.
	 */
	static final String PORTS = "benchmark.ports";

	/**
	 * Rows of the table that is read.
	 */
	static final int ROWS = 10_000;

	private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

	private final int primary;

	private final int replica;

	private final Runnable end;

	private Servers(int primary, int replica, Runnable end) {
		this.primary = primary;
		this.replica = replica;
		this.end = end;
	}

	/**
	 * The servers of the runner, or new ones.
	 */
	static Servers find() throws SQLException {
		String ports = System.getProperty(PORTS);
		if (ports == null) {
			return start();
		}
		String[] both = ports.split(",");
		return new Servers(Integer.parseInt(both[0]), Integer.parseInt(both[1]), () -> {
		});
	}

	/**
	 * Starts servers and makes the tables.
	 */
	static Servers start() throws SQLException {
		EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
		Servers servers = new Servers(cluster.node("node-1").directPort(), cluster.node("node-2").directPort(),
				cluster::close);
		try {
			servers.prepare();
			return servers;
		}
		catch (SQLException ex) {
			cluster.close();
			throw ex;
		}
	}

	private void prepare() throws SQLException {
		try (Connection connection = connect(this.primary); Statement statement = connection.createStatement()) {
			statement.execute("create table item (id int primary key, name text)");
			statement.execute("insert into item select i, 'item ' || i from generate_series(1, " + ROWS + ") i");
			statement.execute("create table counter (id int primary key, value bigint) with (fillfactor = 50)");
			statement.execute("insert into counter select i, 0 from generate_series(1, " + ROWS + ") i");
			statement.execute("create table line (id int, name text)");
			statement.execute("vacuum analyze");
			statement.execute("checkpoint");
		}
		awaitReplica();
	}

	private void awaitReplica() throws SQLException {
		try (Connection connection = connect(this.replica); Statement statement = connection.createStatement()) {
			while (!isThere(statement)) {
				LockSupport.parkNanos(PAUSE_NANOS);
			}
		}
	}

	private static boolean isThere(Statement statement) throws SQLException {
		try (ResultSet row = statement.executeQuery("select to_regclass('line') is not null")) {
			return row.next() && row.getBoolean(1);
		}
	}

	/**
	 * Empties the table that is inserted into.
	 */
	void clear() throws SQLException {
		try (Connection connection = connect(this.primary); Statement statement = connection.createStatement()) {
			statement.execute("truncate line");
		}
	}

	private static Connection connect(int port) throws SQLException {
		return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres");
	}

	int primary() {
		return this.primary;
	}

	int replica() {
		return this.replica;
	}

	/**
	 * The ports, for {@link #PORTS}.
	 */
	String ports() {
		return this.primary + "," + this.replica;
	}

	@Override
	public void close() {
		this.end.run();
	}

}
