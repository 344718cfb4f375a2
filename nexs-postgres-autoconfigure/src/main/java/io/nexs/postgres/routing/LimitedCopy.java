package io.nexs.postgres.routing;

import java.sql.SQLException;

import io.nexs.postgres.limits.LimitKind;
import io.nexs.postgres.limits.StatementWatch;
import io.nexs.postgres.pool.CopyGuard;
import org.jspecify.annotations.Nullable;

/**
 * The time limit of COPY on one lease. Where the server would commit it by itself, it
 * runs in a transaction of its own. Not thread-safe, like the handle.
 */
final class LimitedCopy implements CopyGuard {

	private final TransactionRoute route;

	private final Lease lease;

	private final LimitedCalls limits;

	private @Nullable StatementWatch armed;

	/** When a transaction of its own began; zero while there is none. */
	private long alone;

	LimitedCopy(TransactionRoute route, Lease lease) {
		this.route = route;
		this.lease = lease;
		this.limits = route.limits();
	}

	@Override
	public void begin() throws SQLException {
		long nanos = this.limits.nanos(LimitKind.COPY, 0);
		boolean commitsBySelf = this.route.commitsBySelf(this.lease);
		this.armed = null;
		this.alone = 0;
		if (commitsBySelf && (nanos == 0 || !this.lease.isIdle())) {
			return;
		}
		if (commitsBySelf) {
			this.alone = this.route.beginAlone(this.lease);
		}
		if (commitsBySelf || !this.route.isAutoCommit()) {
			// Where the driver has not said BEGIN, it does so now, and not for COPY
			String backstop = this.lease.backstop()
				.text(this.limits.backstopMillis(LimitKind.COPY), this.lease.isIdle());
			if (backstop != null) {
				TransactionRoute.say(this.lease, backstop);
			}
		}
		if (nanos != 0) {
			StatementWatch watch = this.lease.watch(this.limits.limits());
			// The driver waits for the answer to its BEGIN before it says COPY
			this.armed = watch.arm(nanos, false) ? watch : null;
		}
	}

	@Override
	public boolean isOver() {
		StatementWatch present = this.armed;
		return present != null && present.isOver();
	}

	@Override
	public void returned() throws SQLException {
		try {
			this.limits.returned(this.lease, LimitKind.COPY, this.limits.nanos(LimitKind.COPY, 0), disarm());
		}
		catch (SQLException ex) {
			endAlone();
			throw ex;
		}
		long began = this.alone;
		this.alone = 0;
		if (began != 0) {
			this.route.commitAlone(this.lease, began);
		}
	}

	@Override
	public SQLException failed(SQLException failure) {
		SQLException told = this.limits.failed(this.lease, LimitKind.COPY, this.limits.nanos(LimitKind.COPY, 0),
				disarm(), failure);
		endAlone();
		return told;
	}

	private StatementWatch.Verdict disarm() {
		StatementWatch present = this.armed;
		this.armed = null;
		return (present != null) ? present.disarm() : StatementWatch.Verdict.IN_TIME;
	}

	private void endAlone() {
		long began = this.alone;
		this.alone = 0;
		if (began != 0) {
			this.route.rollBackAlone(this.lease, began);
		}
	}

}
