package io.nexs.postgres.pool;

/**
 * The figures of one pool at one moment.
 *
 * @param active connections lent out
 * @param idle connections that wait
 * @param total all connections
 * @param max most connections the pool opens
 * @param waiting threads that wait for a connection
 * @param acquired connections lent out since the start
 * @param timeouts waits that ended without a connection since the start
 * @param created physical connections opened since the start
 * @param waits borrows since the start that did not get a connection at once
 */
public record PoolSnapshot(int active, int idle, int total, int max, int waiting, long acquired, long timeouts,
		long created, long waits) {

	/**
	 * Share of the pool that is lent out.
	 * @return from 0 to 1
	 */
	public double saturation() {
		return (this.max > 0) ? (double) this.active / this.max : 0;
	}

	/**
	 * Share of the connections lent out since the start that were not opened for it.
	 * @return from 0 to 1, NaN before the first
	 */
	public double reuse() {
		return (this.acquired > 0) ? Math.max(0, 1 - (double) this.created / this.acquired) : Double.NaN;
	}

	/**
	 * Share of the borrows since the start that got a connection at once.
	 * @return from 0 to 1, NaN before the first
	 */
	public double efficiency() {
		long borrows = this.acquired + this.timeouts;
		return (borrows > 0) ? Math.max(0, 1 - (double) this.waits / borrows) : Double.NaN;
	}

}
