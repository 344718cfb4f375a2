package io.nexs.postgres.benchmark.gap;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;

/**
 * The program's own supervisor, with connections to the standbys that were opened before
 * anything happens and do not pass the relays. It promotes one of them, makes the others
 * follow it at once, and measures on its connection what can be had at best.
 */
final class Observer implements AutoCloseable {

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

	private final List<Standby> standbys = new ArrayList<>();

	Observer(EmbeddedCluster cluster) throws SQLException {
		for (EmbeddedNode node : cluster.replicas()) {
			this.standbys.add(new Standby(node, node.connect(), node.connect()));
		}
	}

	/**
	 * Promotes the standby that has received most, and makes the others follow it.
	 * @param primaryWrites whether the old primary goes on sending to the others
	 * @param endpoint leads there as soon as that takes writes
	 * @return what is seen of it
	 */
	CompletableFuture<Moments> promote(boolean primaryWrites, Endpoint endpoint) throws SQLException {
		Standby candidate = this.standbys.stream().max(Comparator.comparingLong(Observer::received)).orElseThrow();
		CompletableFuture<Moments> commit = firstCommit(candidate.session(),
				() -> endpoint.target(candidate.node().directPort()));
		List<Standby> others = this.standbys.stream().filter((standby) -> standby != candidate).toList();
		if (primaryWrites) {
			// They would receive what the candidate will never have
			for (Standby standby : others) {
				detach(standby.control());
			}
		}
		execute(candidate.control(), "select pg_promote(false)");
		for (Standby standby : others) {
			follow(standby, candidate.node());
		}
		return commit;
	}

	private static void detach(Connection connection) throws SQLException {
		execute(connection, "alter system set primary_conninfo = ''");
		execute(connection, "select pg_reload_conf()");
		while (number(connection, "select count(*) from pg_stat_wal_receiver") > 0) {
			LockSupport.parkNanos(PAUSE_NANOS);
		}
	}

	private static void follow(Standby standby, EmbeddedNode primary) throws SQLException {
		execute(standby.control(),
				"alter system set primary_conninfo = 'host=%s port=%d user=postgres application_name=%s sslmode=disable'"
					.formatted(primary.host(), primary.directPort(), standby.node().id()));
		execute(standby.control(), "select pg_reload_conf()");
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static long received(Standby standby) {
		try {
			return number(standby.control(),
					"select greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0'::pg_lsn");
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static long number(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getLong(1);
		}
	}

	/**
	 * Writes to a standby until it takes the write, which is when it has become the
	 * primary and a standby of its own has acknowledged it.
	 */
	private static CompletableFuture<Moments> firstCommit(Connection connection, Runnable onWritable) {
		CompletableFuture<Moments> done = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				done.complete(writeUntilAcknowledged(connection, onWritable));
			}
			catch (SQLException | RuntimeException ex) {
				done.completeExceptionally(ex);
			}
		}, "observer");
		thread.setDaemon(true);
		thread.start();
		return done;
	}

	private static Moments writeUntilAcknowledged(Connection connection, Runnable onWritable) throws SQLException {
		long end = System.nanoTime() + LIMIT_NANOS;
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			while (!insert(connection, statement)) {
				if (end - System.nanoTime() < 0) {
					throw new SQLException("Nothing was promoted");
				}
				LockSupport.parkNanos(PAUSE_NANOS);
			}
			long writable = System.nanoTime();
			onWritable.run();
			connection.commit();
			return new Moments(writable, System.nanoTime());
		}
	}

	private static boolean insert(Connection connection, Statement statement) throws SQLException {
		try {
			statement.executeUpdate("insert into observed default values");
			return true;
		}
		catch (SQLException ex) {
			connection.rollback();
			if (!"25006".equals(ex.getSQLState())) {
				throw ex;
			}
			return false;
		}
	}

	@Override
	public void close() throws SQLException {
		for (Standby standby : this.standbys) {
			standby.control().close();
			standby.session().close();
		}
	}

	private record Standby(EmbeddedNode node, Connection control, Connection session) {

	}

	/**
	 * What was seen of a new primary, in the time of {@link System#nanoTime()}.
	 *
	 * @param writable when it first took an insert
	 * @param committed when the commit of it was acknowledged
	 */
	record Moments(long writable, long committed) {

	}

}
