package io.nexs.postgres.pool;

import java.time.Duration;

/**
 * Settings of the {@link AdaptivePoolSizer}. Immutable.
 *
 * @param lowest the least a pool may open
 * @param highest the most a pool may open
 * @param interval time between two looks at the pools
 * @param deadBand share of a pool that may be unused before it shrinks, between 0 and 1
 * @param shrinkAfter time for which more than that has to be unused
 */
public record AdaptiveSettings(int lowest, int highest, Duration interval, double deadBand, Duration shrinkAfter) {

	/**
	 * The rule for a pool.
	 * @param affordable the most the server has room for
	 * @param kept idle connections the pool keeps; it does not shrink below
	 */
	PoolSizing sizing(int affordable, int kept) {
		int most = Math.max(1, Math.min(this.highest, affordable));
		long looks = this.shrinkAfter.toNanos() / Math.max(1, this.interval.toNanos());
		return new PoolSizing(Math.min(Math.max(this.lowest, kept), most), most, this.deadBand,
				(int) Math.max(1, Math.min(Integer.MAX_VALUE, looks)));
	}

}
