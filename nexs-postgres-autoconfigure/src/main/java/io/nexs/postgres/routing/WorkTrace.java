package io.nexs.postgres.routing;

import java.sql.SQLException;

import io.nexs.postgres.sqlstate.FailureKind;
import io.nexs.postgres.sqlstate.SqlStateClassifier;
import io.nexs.postgres.sqlstate.SqlStates;
import org.jspecify.annotations.Nullable;

/**
 * What the routed connections of a thread have done since the trace was begun: whether
 * any work may have been committed, and whether a transaction ended because its
 * connection or its primary was lost. Who wants to run work again asks here, because the
 * exception that reached it tells of one transaction only. Not thread-safe; work on other
 * threads and on other data sources is not in it.
 */
public final class WorkTrace implements AutoCloseable {

	private static final ThreadLocal<@Nullable WorkTrace> CURRENT = new ThreadLocal<>();

	/** Whether there ever was one; to look for that of the thread costs more. */
	private static volatile boolean any;

	private final int attempt;

	private int kept;

	private boolean lost;

	private WorkTrace(int attempt) {
		this.attempt = attempt;
	}

	/**
	 * Begins the trace of this thread.
	 * @return the trace, to be closed by this thread
	 * @throws IllegalStateException if the thread has one
	 */
	public static WorkTrace begin() {
		return begin(1);
	}

	/**
	 * Begins the trace of this thread.
	 * @param attempt number of the attempt at the work, from 1 on
	 * @return the trace, to be closed by this thread
	 * @throws IllegalStateException if the thread has one
	 */
	public static WorkTrace begin(int attempt) {
		if (isPresent()) {
			throw new IllegalStateException("The work of this thread is traced already");
		}
		WorkTrace trace = new WorkTrace(attempt);
		any = true;
		CURRENT.set(trace);
		return trace;
	}

	/**
	 * Whether the work of this thread is traced.
	 * @return {@code true} between {@link #begin()} and {@link #close()}
	 */
	public static boolean isPresent() {
		return CURRENT.get() != null;
	}

	/**
	 * The attempt at the work of this thread.
	 * @return its number from 1 on; 0 if the work is not traced
	 */
	public static int attempt() {
		WorkTrace trace = CURRENT.get();
		return (trace != null) ? trace.attempt : 0;
	}

	/**
	 * Whether anything may be on the server to stay: a COMMIT was sent that was not
	 * proven to be a roll-back, or a statement ran in autocommit mode on work that is not
	 * read-only. What the statement did is not looked at.
	 * @return {@code false} only if nothing can be
	 */
	public boolean mayHaveCommitted() {
		return this.kept > 0;
	}

	/**
	 * Whether a transaction was rolled back because its connection was lost before COMMIT
	 * was sent, or because its node was not the primary any more.
	 * @return {@code true} if one was
	 */
	public boolean isLostBeforeCommit() {
		return this.lost;
	}

	/**
	 * A COMMIT is sent, or work in autocommit mode; it counts as done until the contrary
	 * is proven.
	 */
	static void sent() {
		WorkTrace trace = any ? CURRENT.get() : null;
		if (trace != null) {
			trace.kept++;
		}
	}

	/**
	 * A COMMIT that was sent failed.
	 */
	static void commitFailed(SQLException failure) {
		WorkTrace trace = CURRENT.get();
		if (trace != null && isRollbackAtCommit(failure)) {
			trace.kept--;
		}
	}

	/**
	 * The server's own refusal of a COMMIT rolls back, and so does a COMMIT that it
	 * answered with ROLLBACK (25P02, by the driver); a lost connection and what has no
	 * kind prove nothing.
	 */
	static boolean isRollbackAtCommit(SQLException failure) {
		if (SqlStates.IN_FAILED_SQL_TRANSACTION.equals(failure.getSQLState())) {
			return true;
		}
		FailureKind kind = SqlStateClassifier.classify(failure.getSQLState());
		return kind == FailureKind.ROLLED_BACK || kind == FailureKind.CONSTRAINT
				|| kind == FailureKind.LOCK_NOT_AVAILABLE;
	}

	/**
	 * A transaction cannot be committed any more, and nobody in it is to blame.
	 */
	static void lostBeforeCommit() {
		WorkTrace trace = CURRENT.get();
		if (trace != null) {
			trace.lost = true;
		}
	}

	/**
	 * Ends the trace.
	 */
	@Override
	public void close() {
		CURRENT.remove();
	}

}
