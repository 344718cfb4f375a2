package io.nexs.postgres.pool;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Lets as many borrowers to a pool as it has connections. The others wait here and not in
 * HikariCP, which can wake nobody: a borrower who is to look at the cluster again would
 * have to leave HikariCP's queue by a time-out, with an exception, every time.
 * <p>
 * As with HikariCP, a borrower who comes at the right moment may be faster than the first
 * of the line: to wake a thread for each connection costs more. Other than with HikariCP
 * that ends when the first has waited for a second; from then on it goes in turn, until
 * the first has not waited as long. Thread-safe.
 */
final class WaitingLine {

	private static final long ENTRY = 1L << 20;

	private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final IntSupplier limit;

	private final long patience;

	/** How many have gone in, times {@link #ENTRY}, and how many are inside. */
	private final AtomicLong entries = new AtomicLong();

	private final AtomicInteger waiting = new AtomicInteger();

	private final AtomicInteger dispersals = new AtomicInteger();

	private final Queue<Place> places = new ConcurrentLinkedQueue<>();

	/**
	 * Creates an empty line.
	 * @param limit how many may be inside
	 */
	WaitingLine(IntSupplier limit) {
		this(limit, PATIENCE_NANOS);
	}

	/**
	 * Creates an empty line.
	 * @param limit how many may be inside
	 * @param patience how long the first lets others go first, in nanoseconds
	 */
	WaitingLine(IntSupplier limit, long patience) {
		this.limit = limit;
		this.patience = patience;
	}

	/**
	 * Goes in without waiting.
	 * @return whether there was room, and nobody whose turn it is; {@link #leave()} is
	 * owed then
	 */
	boolean tryEnter() {
		return tryEnter(null);
	}

	private boolean tryEnter(@Nullable Place place) {
		Place first = this.places.peek();
		boolean mayGo = first == null || first == place || System.nanoTime() - first.since() <= this.patience;
		return mayGo && takeRoom();
	}

	private boolean takeRoom() {
		int most = this.limit.getAsInt();
		long count = this.entries.get();
		while ((count & (ENTRY - 1)) < most) {
			if (this.entries.compareAndSet(count, count + ENTRY + 1)) {
				return true;
			}
			count = this.entries.get();
		}
		return false;
	}

	/**
	 * How often waits were ended; a wait that begins with an older number ends at once.
	 */
	int turn() {
		return this.dispersals.get();
	}

	/**
	 * Waits for room.
	 * @param nanos longest wait
	 * @param seen {@link #turn()} when the caller decided to come here
	 * @return whether there was room in time and before {@link #disperse()};
	 * {@link #leave()} is owed then
	 * @throws InterruptedException if the thread was interrupted
	 */
	boolean enter(long nanos, int seen) throws InterruptedException {
		long deadline = System.nanoTime() + nanos;
		Place place = new Place(Thread.currentThread());
		this.waiting.incrementAndGet();
		this.places.add(place);
		try {
			while (!tryEnter(place)) {
				long remaining = deadline - System.nanoTime();
				if (remaining <= 0 || this.dispersals.get() != seen) {
					return false;
				}
				LockSupport.parkNanos(this, remaining);
				if (Thread.interrupted()) {
					throw new InterruptedException();
				}
			}
			return true;
		}
		finally {
			this.places.remove(place);
			this.waiting.decrementAndGet();
			callNext();
		}
	}

	/**
	 * Makes room for one.
	 */
	void leave() {
		this.entries.decrementAndGet();
		callNext();
	}

	/**
	 * Whoever was called and has gone without entering, or has entered while there was
	 * room for more, calls the next in turn. So does whoever makes room.
	 */
	void callNext() {
		Place first = this.places.peek();
		if (first != null && inside() < this.limit.getAsInt()) {
			LockSupport.unpark(first.thread());
		}
	}

	/**
	 * Ends all waits.
	 */
	void disperse() {
		this.dispersals.incrementAndGet();
		this.places.forEach((place) -> LockSupport.unpark(place.thread()));
	}

	/**
	 * How many are inside.
	 */
	int inside() {
		return (int) (this.entries.get() & (ENTRY - 1));
	}

	/**
	 * How many have gone in so far.
	 */
	long entered() {
		return this.entries.get() >>> Long.numberOfTrailingZeros(ENTRY);
	}

	int waiting() {
		return this.waiting.get();
	}

	/**
	 * One wait of a thread; equal to no other.
	 */
	private static final class Place {

		private final Thread thread;

		private final long since = System.nanoTime();

		Place(Thread thread) {
			this.thread = thread;
		}

		long since() {
			return this.since;
		}

		Thread thread() {
			return this.thread;
		}

	}

}
