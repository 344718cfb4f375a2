package io.nexs.postgres.pool;

/**
 * Decides how large a pool should be. A pure function of what was seen: no clock, no I/O.
 * <p>
 * Who waits gets a connection at the next look: the pool grows by as many as wait, at
 * most to twice its size. It shrinks by a tenth, one connection at least, when at every
 * look of a period at least the dead band was unused, and never below one more than the
 * most that were lent. So a pool that has shrunk does not grow for the same load.
 *
 * @param lowest the least the pool may be
 * @param highest the most the pool may be, not less than the lowest
 * @param deadBand share of the pool that may be unused before it shrinks, between 0 and 1
 * @param patience looks in a row that must find it too large
 */
record PoolSizing(int lowest, int highest, double deadBand, int patience) {

	private static final int SHRINK_DIVISOR = 10;

	/**
	 * Takes a look.
	 * @param before what is known of the looks before
	 * @param lent connections lent now
	 * @param waiting borrowers that wait now
	 * @return the size from now on, and what is known with this look
	 */
	State look(State before, int lent, int waiting) {
		int size = before.size;
		int within = Math.max(this.lowest, Math.min(size, this.highest));
		if (within != size) {
			return new State(within, 0, 0);
		}
		if (waiting > 0 && lent >= size) {
			return new State(Math.min(this.highest, size + Math.min(waiting, size)), 0, 0);
		}
		if (lent > mostLent(size)) {
			return new State(size, 0, 0);
		}
		int peak = Math.max(before.peak, lent);
		int looks = before.quietLooks + 1;
		return (looks < this.patience) ? new State(size, looks, peak) : new State(shrunk(size, peak), 0, 0);
	}

	/**
	 * The most that may be lent in a pool that is too large.
	 */
	private int mostLent(int size) {
		return (int) Math.floor(size * (1 - this.deadBand));
	}

	private int shrunk(int size, int peak) {
		int smaller = Math.max(this.lowest, size - Math.max(1, size / SHRINK_DIVISOR));
		return Math.min(size, Math.max(smaller, peak + 1));
	}

	/**
	 * A pool as it is seen.
	 *
	 * @param size its maximum
	 * @param quietLooks looks in a row that found it too large
	 * @param peak the most that were lent at these
	 */
	record State(int size, int quietLooks, int peak) {

		static State of(int size) {
			return new State(size, 0, 0);
		}

	}

}
