package io.nexs.postgres.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The process the client lives in: its clocks, and the times in which it stands still.
 */
final class Jvm {

	private final Agenda agenda;

	private final long nanoTimeAtStart;

	/** What it will do when it runs again. */
	private final Deque<Runnable> deferred = new ArrayDeque<>();

	/** For how long it has stood still, up to the end of the last time. */
	private long stalled;

	private long stalledUntil;

	private long moments;

	private Duration jumped = Duration.ZERO;

	Jvm(Agenda agenda, long nanoTimeAtStart) {
		this.agenda = agenda;
		this.nanoTimeAtStart = nanoTimeAtStart;
	}

	long nanoTime() {
		return this.nanoTimeAtStart + this.agenda.now();
	}

	Instant timeOfDay() {
		return Server.BOOT.plusNanos(this.agenda.now()).plus(this.jumped);
	}

	/**
	 * Something it does, as soon as it runs.
	 */
	void run(Runnable action) {
		if (this.agenda.now() < this.stalledUntil) {
			this.deferred.add(action);
		}
		else {
			action.run();
		}
	}

	private void wake() {
		while (!this.deferred.isEmpty() && this.agenda.now() >= this.stalledUntil) {
			this.deferred.remove().run();
		}
	}

	void after(long delay, Runnable action) {
		this.agenda.after(delay, () -> run(action));
	}

	void stall(long nanos) {
		long now = this.agenda.now();
		this.stalled += Math.max(0, now + nanos - Math.max(now, this.stalledUntil));
		this.stalledUntil = Math.max(this.stalledUntil, this.agenda.now() + nanos);
		this.agenda.at(this.stalledUntil, this::wake);
	}

	/**
	 * How long it has run.
	 */
	long runningNanos() {
		long now = this.agenda.now();
		return now - (this.stalled - Math.max(0, this.stalledUntil - now));
	}

	/**
	 * The place of a moment among others, also of those at the same time.
	 */
	long moment() {
		return ++this.moments;
	}

	/**
	 * Until when it stands still, or did at last.
	 */
	long stalledUntil() {
		return this.stalledUntil;
	}

	void jump(Duration by) {
		this.jumped = this.jumped.plus(by);
	}

}
