package io.nexs.postgres.limits;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time limits of an application and the thread that watches them,
 * {@code nexs-db-limits}, which starts with the first limit that is armed. Requests to
 * end a statement are sent by further threads, one for each request under way, so that a
 * server that does not answer holds up no other. Thread-safe.
 */
public final class TimeLimits implements AutoCloseable {

	/**
	 * Nothing is limited.
	 */
	public static final TimeLimits NONE = new TimeLimits(LimitSettings.NONE);

	private static final Logger logger = LoggerFactory.getLogger(TimeLimits.class);

	private static final int IDLE_SECONDS = 5;

	/** Pause before it is looked again whether a request may be sent. */
	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private static final long[] OFF = new long[LimitKind.values().length];

	private final LimitSettings settings;

	private final long[] nanos;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition earlier = this.lock.newCondition();

	private final PriorityQueue<Wake> wakes = new PriorityQueue<>();

	private final ExecutorService senders;

	private @Nullable Thread timer;

	private boolean closed;

	/**
	 * Creates the limits; starts no thread.
	 * @param settings the limits
	 */
	public TimeLimits(LimitSettings settings) {
		this.settings = settings;
		this.nanos = settings.isActive() ? nanos(settings) : OFF;
		AtomicInteger number = new AtomicInteger();
		this.senders = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS,
				new SynchronousQueue<>(), (send) -> daemon(send, "nexs-db-limits-" + number.incrementAndGet()));
	}

	private static long[] nanos(LimitSettings settings) {
		long[] nanos = new long[LimitKind.values().length];
		for (LimitKind kind : LimitKind.values()) {
			nanos[kind.ordinal()] = settings.of(kind).toNanos();
		}
		return nanos;
	}

	private static Thread daemon(Runnable work, String name) {
		Thread thread = new Thread(work, name);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Whether anything is limited.
	 * @return {@code false} if there is nothing to do around a statement
	 */
	public boolean isActive() {
		return this.nanos != OFF;
	}

	/**
	 * The limit of a kind.
	 * @param kind the kind
	 * @return nanoseconds, zero for none
	 */
	public long nanos(LimitKind kind) {
		return this.nanos[kind.ordinal()];
	}

	/**
	 * The server's own limit for a kind, which is later than ours.
	 * @param kind the kind
	 * @return milliseconds, zero for none
	 */
	public int backstopMillis(LimitKind kind) {
		Duration backstop = this.settings.backstop();
		long limit = nanos(kind);
		return (limit == 0 || backstop.isZero()) ? 0
				: (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(limit + backstop.toNanos()));
	}

	/**
	 * Returns the settings.
	 * @return the limits
	 */
	public LimitSettings settings() {
		return this.settings;
	}

	/**
	 * Makes the watch of a connection.
	 * @param connection the physical connection
	 * @return a watch that is not armed
	 */
	public StatementWatch watch(LimitedConnection connection) {
		return new StatementWatch(this, connection);
	}

	/**
	 * Has the timer look at a connection at a moment, unless it looks before.
	 */
	void schedule(StatementWatch watch, long moment) {
		this.lock.lock();
		try {
			if (!this.closed && !watch.isToBeWokenBefore(moment)) {
				watch.wakeAt(moment);
				add(new Wake(moment, watch, null, false));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void add(Wake wake) {
		this.wakes.add(wake);
		if (this.timer == null) {
			this.timer = daemon(this::work, "nexs-db-limits");
			this.timer.start();
		}
		else if (this.wakes.peek() == wake) {
			this.earlier.signal();
		}
	}

	private void work() {
		for (Wake wake = next(); wake != null; wake = next()) {
			try {
				handle(wake);
			}
			catch (RuntimeException ex) {
				logger.warn("A time limit could not be looked at", ex);
			}
		}
	}

	/**
	 * Waits for the next moment.
	 * @return what is to be looked at, {@code null} at the end
	 */
	private @Nullable Wake next() {
		this.lock.lock();
		try {
			while (!this.closed) {
				Wake first = this.wakes.peek();
				long left = (first != null) ? first.moment - System.nanoTime() : Long.MAX_VALUE;
				if (first != null && left <= 0) {
					this.wakes.remove();
					return first;
				}
				this.earlier.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
		return null;
	}

	private void handle(Wake wake) {
		StatementWatch watch = wake.watch;
		CancelRequest sent = wake.sent;
		if (sent != null) {
			if (watch.isOpen(sent)) {
				goOn(wake, sent);
			}
			return;
		}
		if (!isPresent(wake)) {
			return;
		}
		CancelRequest due = watch.look(System.nanoTime());
		if (due != null) {
			Duration patience = this.settings.backstop().plus(this.settings.grace());
			addLater(new Wake(System.nanoTime() + patience.toNanos(), watch, due, true));
			send(watch, due);
		}
	}

	private void goOn(Wake wake, CancelRequest sent) {
		if (wake.last) {
			this.senders.execute(sent::cutOff);
		}
		else {
			send(wake.watch, sent);
		}
	}

	/**
	 * What an earlier moment has taken the place of is left out.
	 */
	private boolean isPresent(Wake wake) {
		this.lock.lock();
		try {
			if (wake.watch.wakeAt() != wake.moment) {
				return false;
			}
			wake.watch.neverWake();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void addLater(Wake wake) {
		this.lock.lock();
		try {
			if (!this.closed) {
				add(wake);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void send(StatementWatch watch, CancelRequest due) {
		if (!watch.mayBeSent()) {
			addLater(new Wake(System.nanoTime() + PAUSE_NANOS, watch, due, false));
			return;
		}
		try {
			this.senders.execute(due::send);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("A statement is not ended by its limit, since the application ends");
		}
	}

	/**
	 * Ends the threads. What is armed is not ended by its limit any more.
	 */
	@Override
	public void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.wakes.clear();
			this.earlier.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		this.senders.shutdown();
	}

	/**
	 * A moment to look at a connection.
	 *
	 * @param moment when, in the time of {@link System#nanoTime()}
	 * @param watch what to look at
	 * @param sent the request that was made; {@code null} to look at the limit
	 * @param last whether the request has to be answered by then
	 */
	private record Wake(long moment, StatementWatch watch, @Nullable CancelRequest sent,
			boolean last) implements Comparable<Wake> {

		@Override
		public int compareTo(Wake other) {
			return Long.compare(this.moment - other.moment, 0);
		}

	}

}
