package io.nexs.postgres.pool;

/**
 * How many connections a pool has. Immutable.
 *
 * @param min idle connections it keeps
 * @param max most connections it opens
 */
public record PoolBounds(int min, int max) {

	/**
	 * Checks the bounds.
	 * @throws IllegalArgumentException if there is room for no connection, or for fewer
	 * than are kept
	 */
	public PoolBounds {
		if (max < 1) {
			throw new IllegalArgumentException("A pool needs room for at least 1 connection, not " + max);
		}
		if (min < 0 || min > max) {
			throw new IllegalArgumentException(
					"A pool of " + max + " connections at most keeps between 0 and " + max + " idle, not " + min);
		}
	}

	PoolBounds withMax(int newMax) {
		return new PoolBounds(Math.min(this.min, newMax), newMax);
	}

	@Override
	public String toString() {
		return this.min + " to " + this.max;
	}

}
