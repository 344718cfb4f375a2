package io.nexs.postgres.limits;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.nexs.postgres.limits.StatementWatch.Verdict;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The timer and the watch of a connection, without a server.
 */
class TimeLimitsTests {

	private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(20);

	private static final long LONG = TimeUnit.MINUTES.toNanos(1);

	private final Wire wire = new Wire();

	private TimeLimits limits = new TimeLimits(LimitSettings.all(Duration.ofSeconds(1)));

	@AfterEach
	void close() {
		this.limits.close();
	}

	@Test
	void limitWhenOverIsRequestedOnce() {
		StatementWatch watch = this.limits.watch(this.wire);
		assertThat(watch.arm(SHORT, false)).isTrue();
		assertThat(watch.arm(SHORT, false)).isFalse();
		Awaitility.await().until(watch::isOver);
		assertThat(watch.disarm()).isIn(Verdict.CANCELED, Verdict.IN_TIME);
		assertThat(this.wire.requests).hasValueLessThanOrEqualTo(1);
		assertThat(watch.disarm()).isEqualTo(Verdict.IN_TIME);
	}

	@Test
	void limitWhenShorterThanTheOneBeforeIsNotLate() {
		StatementWatch watch = this.limits.watch(this.wire);
		watch.arm(LONG, false);
		assertThat(watch.disarm()).isEqualTo(Verdict.IN_TIME);
		watch.arm(SHORT, false);
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> this.wire.requests.get() == 1);
		assertThat(watch.disarm()).isEqualTo(Verdict.CANCELED);
	}

	@Test
	void limitWhenArmedAgainBeforeTheTimerLooksIsThatOfTheLast() {
		StatementWatch watch = this.limits.watch(this.wire);
		StatementWatch other = this.limits.watch(new Wire());
		watch.arm(SHORT, false);
		watch.disarm();
		watch.arm(LONG, false);
		other.arm(2 * SHORT, false);
		Awaitility.await().until(other::isOver);
		assertThat(watch.isOver()).isFalse();
		assertThat(watch.disarm()).isEqualTo(Verdict.IN_TIME);
		assertThat(this.wire.requests).hasValue(0);
	}

	@Test
	void requestWhenBeginIsNotAnsweredWaitsForTheAnswer() {
		StatementWatch watch = this.limits.watch(this.wire);
		StatementWatch other = this.limits.watch(new Wire());
		watch.arm(SHORT, true);
		other.arm(10 * SHORT, false);
		Awaitility.await().until(other::isOver);
		assertThat(watch.isOver()).isTrue();
		assertThat(this.wire.requests).hasValue(0);
		this.wire.heard.incrementAndGet();
		Awaitility.await().until(() -> this.wire.requests.get() == 1);
		assertThat(watch.disarm()).isEqualTo(Verdict.CANCELED);
	}

	@Test
	void requestWhenStatementEndsBeforeTheAnswerToBeginIsWithdrawn() {
		StatementWatch watch = this.limits.watch(this.wire);
		watch.arm(SHORT, true);
		Awaitility.await().until(watch::isOver);
		assertThat(watch.disarm()).isEqualTo(Verdict.IN_TIME);
		this.wire.heard.incrementAndGet();
		StatementWatch other = this.limits.watch(new Wire());
		other.arm(5 * SHORT, false);
		Awaitility.await().until(other::isOver);
		assertThat(this.wire.requests).hasValue(0);
	}

	@Test
	void connectionWhenNothingIsHeardIsCutOff() {
		for (long heard : new long[] { 7, LimitedConnection.UNKNOWN }) {
			Wire silent = new Wire();
			silent.heard.set(heard);
			patience(Duration.ofMillis(50));
			StatementWatch watch = this.limits.watch(silent);
			watch.arm(SHORT, true);
			Awaitility.await().until(() -> silent.cuts.get() == 1);
			assertThat(watch.disarm()).isEqualTo(Verdict.LOST);
			assertThat(silent.requests).hasValue(0);
		}
	}

	@Test
	void connectionWhenRequestHangsIsCutOff() {
		patience(Duration.ofMillis(50));
		this.wire.open = new CountDownLatch(1);
		StatementWatch watch = this.limits.watch(this.wire);
		watch.arm(SHORT, false);
		Awaitility.await().until(() -> this.wire.cuts.get() == 1);
		assertThat(watch.disarm()).isEqualTo(Verdict.LOST);
		this.wire.open.countDown();
	}

	@Test
	void requestWhenUnderWayIsWaitedFor() throws InterruptedException {
		this.wire.open = new CountDownLatch(1);
		StatementWatch watch = this.limits.watch(this.wire);
		watch.arm(SHORT, false);
		Awaitility.await().until(() -> this.wire.requests.get() == 1);
		Thread owner = new Thread(watch::disarm);
		owner.start();
		Awaitility.await().until(() -> owner.getState() == Thread.State.TIMED_WAITING);
		this.wire.open.countDown();
		owner.join(5000);
		assertThat(owner.isAlive()).isFalse();
		assertThat(watch.isArmed()).isFalse();
	}

	@Test
	void timerWhenClosedEnds() {
		this.limits.watch(this.wire).arm(LONG, false);
		Awaitility.await().until(() -> timers() == 1);
		this.limits.close();
		Awaitility.await().until(() -> timers() == 0);
	}

	private static long timers() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("nexs-db-limits"))
			.count();
	}

	private void patience(Duration patience) {
		this.limits.close();
		this.limits = new TimeLimits(
				LimitSettings.all(Duration.ofSeconds(1)).withBackstop(Duration.ZERO).withGrace(patience));
	}

	/**
	 * A connection that counts.
	 */
	private static final class Wire implements LimitedConnection {

		private final AtomicInteger requests = new AtomicInteger();

		private final AtomicInteger cuts = new AtomicInteger();

		private final AtomicLong heard = new AtomicLong();

		private CountDownLatch open = new CountDownLatch(0);

		@Override
		public boolean requestCancel() {
			this.requests.incrementAndGet();
			try {
				return this.open.await(20, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				return false;
			}
		}

		@Override
		public long heard() {
			return this.heard.get();
		}

		@Override
		public void cutOff() {
			this.cuts.incrementAndGet();
		}

	}

}
