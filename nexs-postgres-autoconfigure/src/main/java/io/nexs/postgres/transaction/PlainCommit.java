package io.nexs.postgres.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.routing.CommitProtocol;
import io.nexs.postgres.routing.OpenTransaction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * COMMIT and nothing else. One that is lost, or that returned when a newer primary was
 * already known, has an unknown outcome. Thread-safe.
 */
public final class PlainCommit implements CommitProtocol {

	private static final Logger logger = LoggerFactory.getLogger(PlainCommit.class);

	private final ClusterMonitor monitor;

	/**
	 * Creates the protocol.
	 * @param monitor knows the present term
	 */
	public PlainCommit(ClusterMonitor monitor) {
		this.monitor = monitor;
	}

	@Override
	public void commit(OpenTransaction transaction) throws SQLException {
		if (transaction.isRead()) {
			transaction.connection().commit();
			return;
		}
		String first = transaction.beforeCommit();
		SQLWarning before = CommitEvidence.last(transaction.connection());
		SQLWarning came = say(transaction, first);
		if (this.monitor.isInDoubt(transaction.term(), transaction.route().node())) {
			throw unknown(transaction, "another primary was known when it returned", null);
		}
		if (CommitEvidence.isWaitCanceled(came) || isWaitCanceled(transaction.connection(), before)) {
			throw unknown(transaction, "the server did not wait for its synchronous standbys", null);
		}
	}

	@Override
	public void acknowledged(OpenTransaction statement) throws SQLException {
		if (this.monitor.isInDoubt(statement.term(), statement.route().node())) {
			throw unknown(statement, "another primary was known when its statement returned", null);
		}
	}

	/**
	 * Says COMMIT, and what has to be in front of it in one text with it.
	 * @return the warnings that came with that text
	 */
	private static @Nullable SQLWarning say(OpenTransaction transaction, @Nullable String first) throws SQLException {
		try {
			if (first == null) {
				transaction.connection().commit();
				return null;
			}
			SQLWarning warnings = CommitEvidence.execute(transaction, first + "; commit");
			CommitEvidence.endInDriver(transaction.connection());
			return warnings;
		}
		catch (SQLException ex) {
			if (CommitEvidence.isUnsent(ex)) {
				throw CommitEvidence.rolledBack(transaction, "the connection was lost before COMMIT was sent", ex);
			}
			if (CommitEvidence.isLost(ex)) {
				throw unknown(transaction, "the connection was lost before the answer came", ex);
			}
			throw ex;
		}
	}

	private static UnknownOutcomeException unknown(OpenTransaction transaction, String why,
			@Nullable SQLException cause) {
		transaction.abandon();
		return new UnknownOutcomeException(transaction, why, cause);
	}

	private static boolean isWaitCanceled(Connection connection, @Nullable SQLWarning before) {
		try {
			return CommitEvidence.isWaitCanceled((before != null) ? before.getNextWarning() : connection.getWarnings());
		}
		catch (SQLException ex) {
			logger.debug("The connection was closed after COMMIT: {}", ex.getMessage());
			return false;
		}
	}

}
