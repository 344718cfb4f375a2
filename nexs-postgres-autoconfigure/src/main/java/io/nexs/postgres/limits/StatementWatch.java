package io.nexs.postgres.limits;

import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * The time limit of what runs on one physical connection. Armed and disarmed by the owner
 * of the connection, which costs an atomic write each: the timer looks at the connection
 * when the limit of the first statement is over, and again when that of the one that runs
 * then is.
 */
public final class StatementWatch {

	private static final long IDLE = 0;

	private static final long FIRED = 1;

	private static final long ANYTHING = -2;

	private final TimeLimits limits;

	private final LimitedConnection connection;

	/**
	 * {@link #IDLE}, {@link #FIRED}, or when what runs is to be ended, in the time of
	 * {@link System#nanoTime()}.
	 */
	private final AtomicLong state = new AtomicLong(IDLE);

	/** What was heard before BEGIN was said. Written before {@link #state} is. */
	private long heardBefore = ANYTHING;

	/** When the timer looks; {@link #IDLE} for never. Written under its lock. */
	private volatile long wakeAt = IDLE;

	/** The request to end what runs; written before {@link #FIRED} is. */
	private volatile @Nullable CancelRequest request;

	StatementWatch(TimeLimits limits, LimitedConnection connection) {
		this.limits = limits;
		this.connection = connection;
	}

	/**
	 * Arms the limit for what is said next.
	 * @param nanos the limit in nanoseconds
	 * @param behindBegin whether the driver says BEGIN in front of it, in a message of
	 * its own without waiting for the answer. A request that met BEGIN would have the
	 * server do and commit the rest without a transaction; so none is sent before an
	 * answer was heard
	 * @return {@code false} if it is armed already
	 */
	public boolean arm(long nanos, boolean behindBegin) {
		if (this.state.get() != IDLE) {
			return false;
		}
		this.heardBefore = behindBegin ? this.connection.heard() : ANYTHING;
		long deadline = moment(System.nanoTime() + nanos);
		this.state.set(deadline);
		long wake = this.wakeAt;
		if (wake == IDLE || deadline - wake < 0) {
			this.limits.schedule(this, deadline);
		}
		return true;
	}

	private static long moment(long nanoTime) {
		return (nanoTime == IDLE || nanoTime == FIRED) ? nanoTime + 2 : nanoTime;
	}

	/**
	 * Disarms the limit. Where a request to end what ran is under way already, waits
	 * until it cannot come up later.
	 * @return what became of the limit
	 */
	public Verdict disarm() {
		if (this.state.getAndUpdate(StatementWatch::withoutDeadline) != FIRED) {
			return Verdict.IN_TIME;
		}
		CancelRequest sent = this.request;
		Verdict verdict = (sent != null) ? sent.settle() : Verdict.IN_TIME;
		this.request = null;
		this.state.set(IDLE);
		return verdict;
	}

	private static long withoutDeadline(long state) {
		return (state == FIRED) ? FIRED : IDLE;
	}

	/**
	 * Whether the limit is over. The driver does not look for the answer of the server
	 * while it sends rows.
	 * @return whether what runs is being ended
	 */
	public boolean isOver() {
		return this.state.get() == FIRED;
	}

	/**
	 * Whether a limit is armed, or was and is not disarmed.
	 * @return whether it is
	 */
	public boolean isArmed() {
		return this.state.get() != IDLE;
	}

	long wakeAt() {
		return this.wakeAt;
	}

	void wakeAt(long moment) {
		this.wakeAt = moment;
	}

	void neverWake() {
		this.wakeAt = IDLE;
	}

	boolean isToBeWokenBefore(long moment) {
		long wake = this.wakeAt;
		return wake != IDLE && wake - moment <= 0;
	}

	/**
	 * Called by the timer.
	 * @param now the time
	 * @return the request that is to be sent; {@code null} for none
	 */
	@Nullable CancelRequest look(long now) {
		long deadline = this.state.get();
		if (deadline == IDLE || deadline == FIRED) {
			return null;
		}
		if (deadline - now > 0) {
			this.limits.schedule(this, deadline);
			return null;
		}
		CancelRequest due = new CancelRequest(this.connection);
		this.request = due;
		return this.state.compareAndSet(deadline, FIRED) ? due : lookAgain(now);
	}

	/**
	 * Another statement has begun meanwhile.
	 */
	private @Nullable CancelRequest lookAgain(long now) {
		this.request = null;
		return look(now);
	}

	/**
	 * Whether the server has done BEGIN, so that a request cannot meet it.
	 */
	boolean mayBeSent() {
		long before = this.heardBefore;
		return before == ANYTHING || (before != LimitedConnection.UNKNOWN && this.connection.heard() != before);
	}

	/**
	 * Whether a request is still waited for.
	 */
	boolean isOpen(CancelRequest sent) {
		return this.request == sent && this.state.get() == FIRED;
	}

	/**
	 * What became of a limit.
	 */
	public enum Verdict {

		/**
		 * Nothing was sent.
		 */
		IN_TIME,

		/**
		 * The server was asked to end the statement, and has passed that on.
		 */
		CANCELED,

		/**
		 * The connection was closed, or has to be: the server was asked and did not
		 * answer, so that the request may come up at any time.
		 */
		LOST

	}

}
