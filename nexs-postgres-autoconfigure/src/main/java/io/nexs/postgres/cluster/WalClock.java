package io.nexs.postgres.cluster;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * When the primary's WAL passed which position: a history that turns a replica's replayed
 * position into a lag in time, measured with one clock (ours) and standing still while
 * the primary writes nothing. Immutable. At most five samples a second and 256 in all;
 * when that is full, the one is dropped whose absence matters least relative to its age,
 * so the history reaches back to its first sample and is exact to a few per cent of the
 * lag.
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
	 * Add a position of the primary. One that lies before the newest known is of another
	 * WAL, and a new history begins.
	 * @param nanoTime when it was learned
	 * @param position the position
	 * @return the history with it; this history when it adds nothing
	 */
	WalClock with(long nanoTime, Lsn position) {
		int size = size();
		int advance = (size > 0) ? position.compareTo(this.positions[size - 1]) : 1;
		if (advance <= 0) {
			return (advance == 0) ? this : EMPTY.with(nanoTime, position);
		}
		if (size > 1 && this.times[size - 1] - this.times[size - 2] < SPACING_NANOS) {
			return append(size - 1, nanoTime, position);
		}
		return (size < CAPACITY) ? append(size, nanoTime, position)
				: without(leastUseful(nanoTime)).append(size - 1, nanoTime, position);
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

	private WalClock without(int index) {
		int size = size();
		long[] newTimes = Arrays.copyOf(this.times, size - 1);
		Lsn[] newPositions = Arrays.copyOf(this.positions, size - 1);
		System.arraycopy(this.times, index + 1, newTimes, index, size - 1 - index);
		System.arraycopy(this.positions, index + 1, newPositions, index, size - 1 - index);
		return new WalClock(newTimes, newPositions);
	}

	/**
	 * The sample whose absence leaves the smallest gap relative to its age; neither the
	 * first nor the last one.
	 */
	private int leastUseful(long nanoTime) {
		int least = 1;
		double smallest = Double.MAX_VALUE;
		for (int i = 1; i < size() - 1; i++) {
			double gap = (this.times[i + 1] - this.times[i - 1]) / (double) (nanoTime - this.times[i] + SPACING_NANOS);
			if (gap < smallest) {
				smallest = gap;
				least = i;
			}
		}
		return least;
	}

}
