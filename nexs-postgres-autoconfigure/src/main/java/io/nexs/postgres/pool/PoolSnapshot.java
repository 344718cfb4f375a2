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
 */
public record PoolSnapshot(int active, int idle, int total, int max, int waiting, long acquired, long timeouts,
		long created) {

	/**
	 * Share of the pool that is lent out.
	 * @return from 0 to 1
	 */
	public double saturation() {
		return (this.max > 0) ? (double) this.active / this.max : 0;
	}

}
