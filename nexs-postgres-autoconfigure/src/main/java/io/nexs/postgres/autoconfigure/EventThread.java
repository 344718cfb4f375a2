package io.nexs.postgres.autoconfigure;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls listeners of the application one after the other, on a daemon thread. Whoever
 * adds a call never waits; what a listener throws is logged. Thread-safe.
 */
final class EventThread {

	private static final Logger logger = LoggerFactory.getLogger(EventThread.class);

	private static final long JOIN_MILLIS = 1000;

	private final String name;

	private final BlockingQueue<Runnable> calls;

	private volatile @Nullable Thread thread;

	private volatile boolean dropping;

	/**
	 * A thread that is not started.
	 * @param name its name
	 * @param capacity how many calls may wait
	 */
	EventThread(String name, int capacity) {
		this.name = name;
		this.calls = new LinkedBlockingQueue<>(capacity);
	}

	void start() {
		Thread started = new Thread(this::run, this.name);
		started.setDaemon(true);
		this.thread = started;
		started.start();
	}

	/**
	 * Adds a call, unless too many wait.
	 */
	void add(Runnable call) {
		if (this.thread == null) {
			return;
		}
		if (this.calls.offer(call)) {
			this.dropping = false;
		}
		else if (!this.dropping) {
			this.dropping = true;
			logger.warn("{}: {} calls wait for a slow listener; those that come are dropped", this.name,
					this.calls.size());
		}
	}

	private void run() {
		while (this.thread == Thread.currentThread()) {
			try {
				this.calls.take().run();
			}
			catch (InterruptedException ex) {
				return;
			}
			catch (RuntimeException | Error ex) {
				complain(ex);
			}
		}
	}

	/**
	 * The thread outlives a moment without memory, too short even for a line in the log.
	 */
	private static void complain(Throwable failure) {
		try {
			logger.warn("A listener of the application failed", failure);
		}
		catch (Error ex) {
			// What could not be said is not worth the thread
		}
	}

	void stop() {
		Thread stopped = this.thread;
		this.thread = null;
		if (stopped == null) {
			return;
		}
		stopped.interrupt();
		try {
			stopped.join(JOIN_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.calls.clear();
	}

	boolean isRunning() {
		return this.thread != null;
	}

}
