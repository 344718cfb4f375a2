package io.nexs.postgres.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Eight threads that write one row after the other, and a journal of what they were told.
 */
final class Writers {

	static final int COUNT = 8;

	private static final long IDS = 10_000_000;

	private static final Duration LIMIT = Duration.ofSeconds(40);

	private final Work work;

	private final List<Thread> threads = new ArrayList<>();

	private final Queue<Call> journal = new ConcurrentLinkedQueue<>();

	private final AtomicLongArray acknowledged = new AtomicLongArray(COUNT);

	private volatile boolean stopped;

	Writers(Work work) {
		this.work = work;
	}

	void start() {
		for (int i = 0; i < COUNT; i++) {
			int number = i;
			Thread thread = new Thread(() -> run(number), "writer-" + i);
			thread.setDaemon(true);
			this.threads.add(thread);
			thread.start();
		}
		awaitEach(20);
	}

	private void run(int number) {
		for (long id = number * IDS; !this.stopped; id++) {
			long start = System.nanoTime();
			RuntimeException failure = null;
			try {
				this.work.write(id, number);
			}
			catch (RuntimeException ex) {
				failure = ex;
			}
			this.journal.add(new Call(id, start, failure));
			if (failure == null) {
				this.acknowledged.incrementAndGet(number);
			}
		}
	}

	/**
	 * Waits until each writer was acknowledged this often, counted from now.
	 */
	void awaitEach(int times) {
		long[] goals = LongStream.range(0, COUNT).map((i) -> this.acknowledged.get((int) i) + times).toArray();
		Awaitility.await()
			.atMost(LIMIT)
			.pollInterval(Duration.ofMillis(10))
			.until(() -> LongStream.range(0, COUNT).allMatch((i) -> this.acknowledged.get((int) i) >= goals[(int) i]));
	}

	void stop() {
		this.stopped = true;
		for (Thread thread : this.threads) {
			try {
				thread.join(LIMIT.toMillis());
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			assertThat(thread.isAlive()).as(thread.getName() + " is still inside a call").isFalse();
		}
	}

	/**
	 * Lets them end without waiting for it.
	 */
	void abandon() {
		this.stopped = true;
	}

	List<Call> journal() {
		return List.copyOf(this.journal);
	}

}
