package io.nexs.postgres.transaction;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.Term;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.routing.OpenTransaction;
import io.nexs.postgres.sqlstate.SqlStateClassifier;
import io.nexs.postgres.sqlstate.SqlStates;
import io.nexs.postgres.transaction.MarkerCommit.Marker;
import org.jspecify.annotations.Nullable;

/**
 * Finds out on the present primary what became of a lost COMMIT, by inserting its marker:
 * if it is there, the transaction is committed; if it is not, it is now, and a COMMIT
 * that comes late fails. While the transaction is still on its way, the insert waits for
 * its end. Thread-safe.
 */
final class MarkerClaim {

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	/** The lock time-out comes first, so that the server says why. */
	private static final Duration NETWORK_MARGIN = Duration.ofSeconds(1);

	private final ClusterMonitor monitor;

	private final PrimarySession session;

	private final MarkerSettings settings;

	MarkerClaim(ClusterMonitor monitor, NodePools pools, MarkerSettings settings) {
		this.monitor = monitor;
		this.session = new PrimarySession(monitor, pools);
		this.settings = settings;
	}

	/**
	 * Returns if the transaction is committed.
	 * @throws SQLException if it is rolled back, or if that is not known
	 */
	void resolve(OpenTransaction transaction, Marker marker, String why, @Nullable SQLException cause)
			throws SQLException {
		transaction.abandon();
		if (!isCommitted(transaction, marker, why, cause)) {
			if (System.nanoTime() - marker.sentAt() > this.settings.retention().toNanos() / 2) {
				throw new UnknownOutcomeException(transaction, why + ", so long ago that its marker may be deleted",
						cause);
			}
			throw CommitEvidence.rolledBack(transaction, why + ", and the primary has no marker of it", cause);
		}
	}

	private boolean isCommitted(OpenTransaction transaction, Marker marker, String why, @Nullable SQLException cause)
			throws SQLException {
		long deadline = System.nanoTime() + this.settings.resolveTimeout().toNanos();
		SQLException last = null;
		for (long left = remaining(deadline); left > 0; left = remaining(deadline)) {
			try {
				if (!this.monitor.awaitPrimary(Duration.ofNanos(left))) {
					break;
				}
				Term term = this.monitor.term();
				boolean committed = claim(marker, Duration.ofNanos(Math.max(1, remaining(deadline))));
				if (!this.monitor.isInDoubt(term)) {
					return committed;
				}
			}
			catch (SQLException ex) {
				last = ex;
				if (!isWorthAnother(ex) || Thread.currentThread().isInterrupted()) {
					break;
				}
				LockSupport.parkNanos(PAUSE_NANOS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw unknown(transaction, why, "the wait for a primary was interrupted", cause, last);
			}
		}
		throw unknown(transaction, why, (last != null) ? "the primary could not be asked (" + last.getSQLState() + ")"
				: "there is no primary: " + this.monitor.topology().describe(), cause, last);
	}

	private static long remaining(long deadline) {
		return deadline - System.nanoTime();
	}

	private static UnknownOutcomeException unknown(OpenTransaction transaction, String why, String whyNotAsked,
			@Nullable SQLException cause, @Nullable SQLException last) {
		UnknownOutcomeException unknown = new UnknownOutcomeException(transaction, why + ", and " + whyNotAsked,
				(cause != null) ? cause : last);
		if (cause != null && last != null) {
			unknown.addSuppressed(last);
		}
		return unknown;
	}

	/**
	 * A lock time-out means that the transaction is still under way when the time is up.
	 */
	private static boolean isWorthAnother(SQLException failure) {
		return failure instanceof SQLTransientException || switch (SqlStateClassifier.classify(failure)) {
			case CONNECTION_LOST, WRONG_NODE, ROLLED_BACK, RESOURCES -> true;
			default -> false;
		};
	}

	/**
	 * One round trip. It ends with a COMMIT that waits for synchronous replication as the
	 * setting of the server says, so what it found is replicated too.
	 */
	private boolean claim(Marker marker, Duration limit) throws SQLException {
		return this.session.run(limit.plus(NETWORK_MARGIN),
				(connection) -> claim(connection, marker, limit.toMillis()));
	}

	private static boolean claim(Connection connection, Marker marker, long lockMillis) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(marker.table().claim(Math.max(1, lockMillis)))) {
			statement.setObject(1, marker.id());
			boolean isRows = statement.execute();
			while (!isRows && statement.getUpdateCount() >= 0) {
				isRows = statement.getMoreResults();
			}
			boolean claimed;
			try (ResultSet row = statement.getResultSet()) {
				row.next();
				claimed = row.getBoolean(1);
			}
			if (CommitEvidence.hasWarning(statement.getWarnings())) {
				throw new SQLTransientException("The claim came with a warning: " + statement.getWarnings(),
						SqlStates.WARNING);
			}
			return !claimed;
		}
	}

}
