package io.nexs.sample.example.failover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that book without a pause until they are told to end. Thread-safe.
 */
class Writers {

	private static final Logger log = LoggerFactory.getLogger(Writers.class);

	private final Bookings bookings;

	private final List<Thread> threads = new ArrayList<>();

	private final Queue<UUID> acknowledged = new ConcurrentLinkedQueue<>();

	private final AtomicInteger failed = new AtomicInteger();

	private final AtomicLong longest = new AtomicLong();

	private volatile boolean ended;

	Writers(Bookings bookings, int count) {
		this.bookings = bookings;
		for (int i = 0; i < count; i++) {
			Thread thread = new Thread(this::write, "example-writer-" + i);
			thread.setDaemon(true);
			this.threads.add(thread);
			thread.start();
		}
	}

	private void write() {
		while (!this.ended) {
			UUID token = UUID.randomUUID();
			long begin = System.nanoTime();
			try {
				this.bookings.book(token);
				this.acknowledged.add(token);
			}
			catch (RuntimeException ex) {
				this.failed.incrementAndGet();
				log.warn("A booking failed", ex);
			}
			this.longest.accumulateAndGet(System.nanoTime() - begin, Math::max);
		}
	}

	/**
	 * The tokens of the calls that returned.
	 */
	List<UUID> acknowledged() {
		return List.copyOf(this.acknowledged);
	}

	int failed() {
		return this.failed.get();
	}

	Duration longest() {
		return Duration.ofNanos(this.longest.get());
	}

	/**
	 * Returns when every call that had begun has ended.
	 */
	void end() throws InterruptedException {
		this.ended = true;
		for (Thread thread : this.threads) {
			thread.join();
		}
	}

}
