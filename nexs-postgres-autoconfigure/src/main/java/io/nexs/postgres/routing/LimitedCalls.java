package io.nexs.postgres.routing;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.limits.LimitKind;
import io.nexs.postgres.limits.QueryLimitException;
import io.nexs.postgres.limits.StatementWatch;
import io.nexs.postgres.limits.TimeLimits;
import io.nexs.postgres.sqlstate.SqlStateClassifier;
import io.nexs.postgres.sqlstate.SqlStates;
import org.jspecify.annotations.Nullable;

/**
 * Runs what has a time limit. The limit is off, and no request to end what ran is under
 * way any more, when a call returns: what comes next on the connection may be COMMIT.
 * Thread-safe.
 */
final class LimitedCalls {

	private final TimeLimits limits;

	private final RoutingListener listener;

	LimitedCalls(TimeLimits limits, RoutingListener listener) {
		this.limits = limits;
		this.listener = listener;
	}

	/**
	 * Whether anything is limited.
	 */
	boolean isActive() {
		return this.limits.isActive();
	}

	TimeLimits limits() {
		return this.limits;
	}

	/**
	 * The kind of a statement: what is marked read-only is a read, also as a batch.
	 */
	static LimitKind kind(Lease lease, StatementKind kind) {
		if (lease.isRead()) {
			return LimitKind.READ;
		}
		return (kind == StatementKind.BATCH) ? LimitKind.BATCH : LimitKind.WRITE;
	}

	/**
	 * The limit of a statement: the shorter one of that of its kind and its own.
	 * @param ownSeconds its own limit, zero for none
	 * @return nanoseconds, zero for none
	 */
	long nanos(LimitKind kind, int ownSeconds) {
		long nanos = this.limits.nanos(kind);
		if (ownSeconds == 0) {
			return nanos;
		}
		long own = TimeUnit.SECONDS.toNanos(ownSeconds);
		return (nanos == 0) ? own : Math.min(nanos, own);
	}

	/**
	 * The server's own limit for a kind.
	 * @return milliseconds, zero for none
	 */
	int backstopMillis(LimitKind kind) {
		return this.limits.backstopMillis(kind);
	}

	/**
	 * Runs a call under its limit.
	 * @param nanos the limit, zero for none
	 */
	<R extends @Nullable Object> R run(Lease lease, LimitKind kind, long nanos, LimitedCall<R> call)
			throws SQLException {
		StatementWatch watch = (nanos != 0) ? lease.watch(this.limits) : null;
		if (watch == null || !watch.arm(nanos, isBehindBegin(lease))) {
			return call.run();
		}
		R result;
		try {
			result = call.run();
		}
		catch (SQLException ex) {
			lease.backstop().doubt();
			throw failed(lease, kind, nanos, watch.disarm(), ex);
		}
		catch (RuntimeException | Error ex) {
			settle(lease, watch.disarm());
			throw ex;
		}
		returned(lease, kind, nanos, watch.disarm());
		return result;
	}

	/**
	 * Outside a transaction the driver says BEGIN first, unless in autocommit mode.
	 */
	private static boolean isBehindBegin(Lease lease) throws SQLException {
		return !lease.connection().getAutoCommit() && lease.isIdle();
	}

	/**
	 * What ran has failed. The request to end it may not be what it failed of.
	 * @return what the caller is told
	 */
	SQLException failed(Lease lease, LimitKind kind, long nanos, StatementWatch.Verdict verdict, SQLException failure) {
		if (verdict == StatementWatch.Verdict.IN_TIME) {
			return failure;
		}
		boolean canceled = SqlStates.QUERY_CANCELED.equals(SqlStateClassifier.sqlState(failure));
		if (settle(lease, verdict)) {
			return canceled ? exceeded(lease, kind, nanos, "the statement was canceled", failure) : failure;
		}
		return exceeded(lease, kind, nanos, "the server did not answer, and the connection was closed", failure);
	}

	/**
	 * What ran has returned. If it was to be ended and was not, the request for that must
	 * not reach what comes next.
	 */
	void returned(Lease lease, LimitKind kind, long nanos, StatementWatch.Verdict verdict) throws SQLException {
		if (!settle(lease, verdict)) {
			throw exceeded(lease, kind, nanos, "its cancellation was under way, and the connection was closed", null);
		}
	}

	/**
	 * Makes sure that no request to end what ran is under way. One that was passed on
	 * comes up before the server reads what is said next, and is forgotten there, since
	 * nothing runs. An empty statement makes that sure: it has nothing to lose.
	 * @return whether the connection and its transaction can go on
	 */
	private boolean settle(Lease lease, StatementWatch.Verdict verdict) {
		if (verdict == StatementWatch.Verdict.IN_TIME) {
			return true;
		}
		if (verdict == StatementWatch.Verdict.CANCELED && absorb(lease)) {
			return true;
		}
		lease.target().pool().evict(lease.connection());
		lease.markLost();
		return false;
	}

	/**
	 * In a failed transaction the server refuses it, which is an answer too.
	 */
	private static boolean absorb(Lease lease) {
		try (Statement statement = lease.connection().createStatement()) {
			statement.execute("");
			return true;
		}
		catch (SQLException ex) {
			return SqlStates.IN_FAILED_SQL_TRANSACTION.equals(ex.getSQLState());
		}
	}

	private QueryLimitException exceeded(Lease lease, LimitKind kind, long nanos, String what,
			@Nullable SQLException cause) {
		this.listener.limited(lease.route(), kind);
		return new QueryLimitException(kind, nanos, lease.route().node().id(), what, cause);
	}

	/**
	 * What has a limit.
	 *
	 * @param <R> what comes back
	 */
	@FunctionalInterface
	interface LimitedCall<R extends @Nullable Object> {

		R run() throws SQLException;

	}

}
