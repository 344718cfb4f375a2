package io.nexs.postgres.limits;

import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request to end a statement. Sent by a thread of its own, since that is a connection
 * to the server and may take as long as a connection may.
 */
final class CancelRequest {

	private static final Logger logger = LoggerFactory.getLogger(TimeLimits.class);

	/** Longer than the driver tries; only a driver that waits for ever gets there. */
	private static final long LONGEST_SECONDS = 30;

	private final LimitedConnection connection;

	private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);

	private final CountDownLatch ended = new CountDownLatch(1);

	CancelRequest(LimitedConnection connection) {
		this.connection = connection;
	}

	/**
	 * Sends it, if the statement has not ended meanwhile.
	 */
	void send() {
		if (!this.stage.compareAndSet(Stage.WAITING, Stage.SENDING)) {
			return;
		}
		Stage result = Stage.UNANSWERED;
		try {
			result = this.connection.requestCancel() ? Stage.PASSED_ON : Stage.UNANSWERED;
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("A statement could not be canceled: {}", ex.getMessage());
		}
		finally {
			this.stage.compareAndSet(Stage.SENDING, result);
			this.ended.countDown();
		}
	}

	/**
	 * Closes the connection, because the server does not answer.
	 */
	void cutOff() {
		if (this.stage.getAndUpdate(CancelRequest::cutOff) != Stage.SETTLED) {
			this.connection.cutOff();
			this.ended.countDown();
		}
	}

	private static Stage cutOff(Stage present) {
		return (present == Stage.SETTLED) ? Stage.SETTLED : Stage.CUT_OFF;
	}

	/**
	 * The statement has ended: withdraws what was not sent, else waits until it was
	 * passed on.
	 */
	StatementWatch.Verdict settle() {
		if (this.stage.compareAndSet(Stage.WAITING, Stage.SETTLED)) {
			return StatementWatch.Verdict.IN_TIME;
		}
		awaitEnd();
		return (this.stage.getAndSet(Stage.SETTLED) == Stage.PASSED_ON) ? StatementWatch.Verdict.CANCELED
				: StatementWatch.Verdict.LOST;
	}

	private void awaitEnd() {
		boolean interrupted = false;
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
		while (this.ended.getCount() > 0 && deadline - System.nanoTime() > 0) {
			try {
				this.ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * How far it is.
	 */
	private enum Stage {

		WAITING, SENDING, PASSED_ON, UNANSWERED, CUT_OFF, SETTLED

	}

}
