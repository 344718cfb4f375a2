package io.nexs.postgres.benchmark.gap;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.nexs.postgres.routing.FailureContext;
import io.nexs.postgres.routing.FailureEffect;

/**
 * A thread that writes rows, a hundred a second at most, and keeps a journal.
 */
final class Writer extends Thread {

	private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private static final long IDS = 10_000_000;

	private final Items items;

	private final long firstId;

	private final List<Entry> journal = new ArrayList<>();

	private volatile boolean stopped;

	private volatile long acknowledgedAt;

	private volatile long acknowledgedId;

	Writer(int number, Items items) {
		super("writer-" + number);
		setDaemon(true);
		this.items = items;
		this.firstId = number * IDS;
	}

	@Override
	public void run() {
		long next = System.nanoTime();
		for (long id = this.firstId; !this.stopped; id++) {
			write(id);
			next = Math.max(next + PERIOD_NANOS, System.nanoTime());
			LockSupport.parkNanos(next - System.nanoTime());
		}
	}

	private void write(long id) {
		long start = System.nanoTime();
		RuntimeException failure = null;
		try {
			this.items.write(id);
		}
		catch (RuntimeException ex) {
			failure = ex;
		}
		long end = System.nanoTime();
		synchronized (this.journal) {
			this.journal.add(new Entry(id, start, end, outcome(failure), String.valueOf(failure)));
		}
		if (failure == null) {
			this.acknowledgedId = id;
			this.acknowledgedAt = end;
		}
	}

	private static Outcome outcome(RuntimeException failure) {
		if (failure == null) {
			return Outcome.ACKNOWLEDGED;
		}
		return FailureContext.of(failure)
			.map((context) -> (context.effect() == FailureEffect.ROLLED_BACK) ? Outcome.ROLLED_BACK
					: (context.effect() == FailureEffect.UNKNOWN) ? Outcome.UNKNOWN : Outcome.FAILED)
			.orElse(Outcome.FAILED);
	}

	/**
	 * When the last row was acknowledged, in the time of {@link System#nanoTime()}; zero
	 * before the first.
	 */
	long acknowledgedAt() {
		return this.acknowledgedAt;
	}

	long acknowledgedId() {
		return this.acknowledgedId;
	}

	void end() {
		this.stopped = true;
	}

	List<Entry> journal() {
		synchronized (this.journal) {
			return List.copyOf(this.journal);
		}
	}

	/**
	 * How a call ended.
	 */
	enum Outcome {

		/** It returned. */
		ACKNOWLEDGED,

		/** It failed, and said that the transaction is rolled back. */
		ROLLED_BACK,

		/** It failed, and said that the outcome is not known. */
		UNKNOWN,

		/** It failed, and said neither. */
		FAILED

	}

	/**
	 * One call.
	 *
	 * @param id of the row
	 * @param start when it began
	 * @param end when it ended
	 * @param outcome how
	 * @param failure what was thrown, as text
	 */
	record Entry(long id, long start, long end, Outcome outcome, String failure) {

	}

}
