package io.nexs.postgres.transaction;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.routing.CommitProtocol;
import io.nexs.postgres.routing.OpenTransaction;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * COMMIT behind the insert of a marker, in one round trip. If the answer is lost, the
 * marker tells what became of it. A transaction that wrote nothing has none. Thread-safe.
 * <p>
 * Until {@link #arm()} it is COMMIT and nothing else, since the table may be created by a
 * schema migration that commits through the same data source.
 */
public final class MarkerCommit implements CommitProtocol {

	private final ClusterMonitor monitor;

	private final PlainCommit plain;

	private final MarkerClaim claim;

	private final MarkerTable configured;

	/** Where markers are written; {@code null} while they are not. */
	private volatile @Nullable MarkerTable armed;

	/**
	 * Creates the protocol.
	 * @param monitor knows the present primary and term
	 * @param pools lend connections for claims
	 * @param settings settings
	 */
	public MarkerCommit(ClusterMonitor monitor, NodePools pools, MarkerSettings settings) {
		this.monitor = monitor;
		this.plain = new PlainCommit(monitor);
		this.claim = new MarkerClaim(monitor, pools, settings);
		this.configured = settings.table();
	}

	/**
	 * Writes markers from now on. The table is there. Without a schema in its name, the
	 * search path of each transaction decides where.
	 */
	public void arm() {
		arm(this.configured);
	}

	/**
	 * Writes markers from now on.
	 * @param table the table as {@link MarkerKeeper#check()} found it
	 */
	public void arm(MarkerTable table) {
		this.armed = table;
	}

	@Override
	public void commit(OpenTransaction transaction) throws SQLException {
		MarkerTable table = this.armed;
		if (table == null || transaction.isRead() || !isOpen(transaction.connection())) {
			this.plain.commit(transaction);
			return;
		}
		Marker marker = new Marker(table, MarkerId.next(), System.nanoTime());
		Answer answer;
		try {
			answer = say(transaction, marker);
		}
		catch (SQLException ex) {
			if (!CommitEvidence.isLost(ex)) {
				throw ex;
			}
			this.claim.resolve(transaction, marker, "the connection was lost before the answer came", ex);
			return;
		}
		if (answer.wrote()) {
			doubt(transaction, answer, marker);
		}
	}

	@Override
	public boolean coversAutoCommit() {
		return this.armed != null;
	}

	@Override
	public void acknowledged(OpenTransaction statement) throws SQLException {
		this.plain.acknowledged(statement);
	}

	private void doubt(OpenTransaction transaction, Answer answer, Marker marker) throws SQLException {
		if (this.monitor.isInDoubt(transaction.term(), transaction.route().node())) {
			this.claim.resolve(transaction, marker, "another primary was known when COMMIT returned", null);
		}
		else if (answer.warned()) {
			this.claim.resolve(transaction, marker, "COMMIT came with a warning", null);
		}
	}

	private static boolean isOpen(Connection connection) throws SQLException {
		return CommitEvidence.state(connection) == TransactionState.OPEN;
	}

	private static Answer say(OpenTransaction transaction, Marker marker) throws SQLException {
		String first = transaction.beforeCommit();
		String text = marker.table().markAndCommit();
		try (PreparedStatement statement = prepare(transaction, (first != null) ? first + "; " + text : text)) {
			statement.setObject(1, marker.id());
			statement.execute();
			if (first != null) {
				statement.getMoreResults();
			}
			Answer answer = new Answer(statement.getUpdateCount() > 0,
					CommitEvidence.hasWarning(statement.getWarnings()));
			CommitEvidence.endInDriver(transaction.connection());
			return answer;
		}
	}

	private static PreparedStatement prepare(OpenTransaction transaction, String text) throws SQLException {
		try {
			return transaction.connection().prepareStatement(text);
		}
		catch (SQLException ex) {
			if (CommitEvidence.isUnsent(ex)) {
				throw CommitEvidence.rolledBack(transaction, "the connection was lost before COMMIT was sent", ex);
			}
			throw ex;
		}
	}

	/**
	 * The marker of one transaction.
	 *
	 * @param table where it is written
	 * @param id its identifier
	 * @param sentAt when it was sent with COMMIT, in the time of
	 * {@link System#nanoTime()}
	 */
	record Marker(MarkerTable table, UUID id, long sentAt) {

	}

	/**
	 * What came back.
	 *
	 * @param wrote whether there is a marker
	 * @param warned whether a warning came with it
	 */
	private record Answer(boolean wrote, boolean warned) {

	}

}
