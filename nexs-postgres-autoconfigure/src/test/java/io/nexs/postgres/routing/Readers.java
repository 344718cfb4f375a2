package io.nexs.postgres.routing;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that read all the time, each in a read-only transaction, and note which server
 * answered and what failed.
 */
final class Readers implements AutoCloseable {

	/**
	 * Time between two reads of one thread, so that clients and servers on one machine do
	 * not starve the probes.
	 */
	private static final long THINK_NANOS = 2_000_000;

	private final Map<Integer, AtomicLong> served = new ConcurrentHashMap<>();

	private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

	private final List<Thread> threads = new ArrayList<>();

	private volatile boolean stopped;

	Readers(NexsPostgres postgres, int count) {
		for (int i = 0; i < count; i++) {
			Thread thread = new Thread(() -> read(postgres), "reader-" + i);
			thread.setDaemon(true);
			thread.start();
			this.threads.add(thread);
		}
	}

	private void read(NexsPostgres postgres) {
		while (!this.stopped) {
			try {
				int port = RoutingFixture.readPort(postgres);
				this.served.computeIfAbsent(port, (any) -> new AtomicLong()).incrementAndGet();
			}
			catch (SQLException ex) {
				this.failures.add(ex.getSQLState() + " " + ex.getMessage());
			}
			LockSupport.parkNanos(THINK_NANOS);
		}
	}

	long served(int port) {
		AtomicLong count = this.served.get(port);
		return (count != null) ? count.get() : 0;
	}

	long total() {
		return this.served.values().stream().mapToLong(AtomicLong::get).sum();
	}

	List<String> failures() {
		return List.copyOf(this.failures);
	}

	@Override
	public void close() {
		finish();
	}

	/**
	 * Ends the threads and waits for them.
	 */
	void finish() {
		this.stopped = true;
		for (Thread thread : this.threads) {
			try {
				thread.join(10_000);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
