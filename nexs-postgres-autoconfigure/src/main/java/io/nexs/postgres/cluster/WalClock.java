package io.nexs.postgres.cluster;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * When the primary's WAL passed which position: a history that turns a replica's replayed
 * position into a lag in time, measured with one clock (ours) and standing still while the
 * primary writes nothing. Immutable. At most five samples a second and 256 in all; the
 * older half is thinned to every second sample when that is full, so the history reaches
 * back to its first sample with a resolution that falls with age.
 */
final class WalClock {

	static final WalClock EMPTY = new WalClock(new long[0], new Lsn[0]);

	private static final int CAPACITY = 256;

	private static final long SPACING_NANOS = 200_000_000;

	private final long[] times;

	/** Ascending; the last one is the newest known position, whatever its spacing. */
	private final Lsn[] positions;

	private WalClock(long[] times, Lsn[] positions) {
		this.times = times;
		this.positions = positions;
	}

	/**
	 * Add a position of the primary.
	 * @param nanoTime when it was learned
	 * @param position the position
	 * @return the history with it; this history when it adds nothing
	 */
	WalClock with(long nanoTime, Lsn position) {
		int size = size();
		if (size > 0 && position.compareTo(this.positions[size - 1]) <= 0) {
			return this;
		}
		if (size > 1 && this.times[size - 1] - this.times[size - 2] < SPACING_NANOS) {
			return append(size - 1, nanoTime, position);
		}
		return (size < CAPACITY) ? append(size, nanoTime, position) : thinned().append(size * 3 / 4, nanoTime, position);
	}

	/**
	 * The newest position known.
	 * @return the position, {@code null} in an empty history
	 */
	@Nullable Lsn newest() {
		return (size() > 0) ? this.positions[size() - 1] : null;
	}

	/**
	 * For how long the primary has been past a position.
	 * @param replayed the position
	 * @param nanoTime the present
	 * @return nanoseconds since the first known position beyond it, 0 when there is none
	 */
	long nanosSincePassed(Lsn replayed, long nanoTime) {
		int first = firstBeyond(replayed);
		return (first < size()) ? Math.max(0, nanoTime - this.times[first]) : 0;
	}

	/**
	 * Tell whether a position was passed before this history began.
	 * @param replayed the position
	 * @return {@code true} when the first sample is already beyond it
	 */
	boolean startsAfter(Lsn replayed) {
		return size() > 0 && firstBeyond(replayed) == 0;
	}

	int size() {
		return this.times.length;
	}

	private int firstBeyond(Lsn position) {
		int low = 0;
		int high = size();
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (this.positions[middle].compareTo(position) > 0) {
				high = middle;
			}
			else {
				low = middle + 1;
			}
		}
		return low;
	}

	private WalClock append(int keep, long nanoTime, Lsn position) {
		long[] newTimes = Arrays.copyOf(this.times, keep + 1);
		Lsn[] newPositions = Arrays.copyOf(this.positions, keep + 1);
		newTimes[keep] = (keep > 0) ? Math.max(nanoTime, newTimes[keep - 1]) : nanoTime;
		newPositions[keep] = position;
		return new WalClock(newTimes, newPositions);
	}

	private WalClock thinned() {
		int half = CAPACITY / 2;
		long[] newTimes = new long[half / 2 + half];
		Lsn[] newPositions = new Lsn[newTimes.length];
		for (int i = 0; i < half / 2; i++) {
			newTimes[i] = this.times[2 * i];
			newPositions[i] = this.positions[2 * i];
		}
		System.arraycopy(this.times, half, newTimes, half / 2, half);
		System.arraycopy(this.positions, half, newPositions, half / 2, half);
		return new WalClock(newTimes, newPositions);
	}

}
