package io.nexs.postgres.hook;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of an asynchronous hook, with a thread of its own, so that a slow hook holds
 * up itself only. The thread starts with the first entry. A call that takes longer than
 * the time limit is interrupted once, by whoever comes next. Thread-safe.
 */
final class HookQueue {

	private static final Logger logger = LoggerFactory.getLogger(DatabaseHook.class);

	private static final long CLOSE_MILLIS = 2000;

	private final String name;

	private final long timeoutNanos;

	private final BlockingQueue<Entry> entries;

	private final LongAdder dropped = new LongAdder();

	/** When the present call began; zero between calls and once it was interrupted. */
	private final AtomicLong callingSince = new AtomicLong();

	private @Nullable Thread worker;

	private volatile boolean closed;

	HookQueue(String name, HookSettings settings) {
		this.name = name;
		this.timeoutNanos = settings.asyncTimeout().toNanos();
		this.entries = new ArrayBlockingQueue<>(settings.queueSize());
	}

	void offer(HookContext context, Consumer<HookContext> call) {
		interruptOverdue();
		if (this.closed || !this.entries.offer(new Entry(context, call))) {
			this.dropped.increment();
			return;
		}
		if (this.worker == null) {
			start();
		}
	}

	private synchronized void start() {
		if (this.worker == null && !this.closed) {
			Thread thread = new Thread(this::work, "nexs-db-hook-" + this.name);
			thread.setDaemon(true);
			this.worker = thread;
			thread.start();
		}
	}

	private void work() {
		HookDispatcher.belongsToHook();
		while (!(this.closed && this.entries.isEmpty())) {
			try {
				Entry entry = this.entries.poll(100, TimeUnit.MILLISECONDS);
				if (entry != null) {
					call(entry);
				}
			}
			catch (InterruptedException ex) {
				// The call that was meant has ended
			}
		}
	}

	private void call(Entry entry) {
		this.callingSince.set(System.nanoTime() | 1);
		try {
			entry.call.accept(entry.context);
		}
		finally {
			this.callingSince.set(0);
		}
	}

	private void interruptOverdue() {
		long since = this.callingSince.get();
		if (since != 0 && System.nanoTime() - since > this.timeoutNanos && this.callingSince.compareAndSet(since, 0)) {
			interrupt();
			logger.warn("Hook '{}' takes longer than {} ms for a call and is interrupted", this.name,
					TimeUnit.NANOSECONDS.toMillis(this.timeoutNanos));
		}
	}

	private synchronized void interrupt() {
		if (this.worker != null) {
			this.worker.interrupt();
		}
	}

	int size() {
		return this.entries.size();
	}

	long dropped() {
		return this.dropped.sum();
	}

	/**
	 * Takes nothing more, and waits a moment for what is in the queue.
	 */
	void close() {
		this.closed = true;
		Thread thread;
		synchronized (this) {
			thread = this.worker;
		}
		if (thread == null) {
			return;
		}
		try {
			thread.join(CLOSE_MILLIS);
			if (thread.isAlive()) {
				int left = this.entries.size();
				this.entries.clear();
				this.dropped.add(left);
				thread.interrupt();
				logger.warn("Hook '{}' did not end in {} ms; {} calls were dropped", this.name, CLOSE_MILLIS, left);
			}
		}
		catch (InterruptedException ex) {
			thread.interrupt();
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * A call that waits.
	 *
	 * @param context the operation
	 * @param call what to do with it
	 */
	private record Entry(HookContext context, Consumer<HookContext> call) {

	}

}
