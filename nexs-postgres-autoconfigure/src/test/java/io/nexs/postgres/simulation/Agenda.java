package io.nexs.postgres.simulation;

import java.util.PriorityQueue;

/**
 * Virtual time: what is to happen, in order. Two things at the same moment happen in the
 * order they were entered.
 */
final class Agenda {

	static final long MILLI = 1_000_000;

	private final PriorityQueue<Entry> entries = new PriorityQueue<>();

	private long now;

	private long entered;

	/**
	 * Nanoseconds since the beginning.
	 */
	long now() {
		return this.now;
	}

	void at(long time, Runnable action) {
		this.entries.add(new Entry(Math.max(time, this.now), this.entered++, action));
	}

	void after(long delay, Runnable action) {
		at(this.now + delay, action);
	}

	void runUntil(long end) {
		while (!this.entries.isEmpty() && this.entries.peek().time <= end) {
			Entry next = this.entries.remove();
			this.now = next.time;
			next.action.run();
		}
		this.now = Math.max(this.now, end);
	}

	/**
	 * Something to happen.
	 *
	 * @param time when
	 * @param order among those of the same time
	 * @param action what
	 */
	private record Entry(long time, long order, Runnable action) implements Comparable<Entry> {

		@Override
		public int compareTo(Entry other) {
			int byTime = Long.compare(this.time, other.time);
			return (byTime != 0) ? byTime : Long.compare(this.order, other.order);
		}

	}

}
