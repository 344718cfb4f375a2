package io.nexs.postgres.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import org.postgresql.jdbc.PgStatement;

/**
 * Tries whether a primary commits: an empty logical message is some 100 bytes of WAL,
 * needs no table and no right, and its COMMIT waits for synchronous standbys as any
 * other. One that waits for too long is given up by a request to cancel, so that none is
 * left waiting on the server.
 */
final class WriteProbe {

	/** Says nothing on a standby. */
	private static final String MESSAGE = "select pg_logical_emit_message(true, 'nexs-db', '')"
			+ " where not pg_is_in_recovery()";

	private static final String CANCELED = "57014";

	private WriteProbe() {
	}

	/**
	 * Writes.
	 * @param connection a connection in autocommit mode; not to be used again if there
	 * was a problem, since a request to cancel may still be under way
	 * @param limit the longest time to wait
	 * @return what became of it
	 */
	static WriteCheck on(Connection connection, Duration limit) {
		long start = System.nanoTime();
		String problem = null;
		try (Statement statement = connection.createStatement()) {
			statement.unwrap(PgStatement.class).setQueryTimeoutMs(limit.toMillis());
			statement.execute(MESSAGE);
		}
		catch (SQLException ex) {
			problem = CANCELED.equals(ex.getSQLState()) ? late(limit) : "a write failed with " + ex.getSQLState();
		}
		Duration took = Duration.ofNanos(System.nanoTime() - start);
		// A COMMIT that is canceled while it waits for a standby is a success with a
		// warning
		if (problem == null && took.compareTo(limit) >= 0) {
			problem = late(limit);
		}
		return new WriteCheck(took, problem);
	}

	private static String late(Duration limit) {
		return "a write was not committed within " + limit.toMillis() + " ms";
	}

}
