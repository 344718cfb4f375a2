package io.nexs.postgres.pool;

import io.nexs.postgres.cluster.ConnectionLimits;

/**
 * The connections all instances of the application may open to one node, beside those its
 * server lets them have. Immutable.
 *
 * @param nodeId id of the node
 * @param pool most connections the pool of one instance opens
 * @param own connections one instance has outside the pool, for probes and figures
 * @param instances instances of the application
 * @param limits what the server lets us have
 */
public record NodeBudget(String nodeId, int pool, int own, int instances, ConnectionLimits limits) {

	/**
	 * What all instances may open together.
	 * @return connections
	 */
	public long needed() {
		return (long) this.instances * ofOne();
	}

	private long ofOne() {
		return (long) this.pool + this.own;
	}

	/**
	 * Whether that is more than the server lets us have.
	 * @return {@code false} also while nothing is known of the server
	 */
	public boolean isExceeded() {
		return this.limits.maxConnections() > 0 && needed() > this.limits.available();
	}

	/**
	 * The largest pool of one instance that fits.
	 * @return connections, at least one; no limit while nothing is known of the server
	 */
	public int largestPool() {
		if (this.limits.maxConnections() <= 0) {
			return Integer.MAX_VALUE;
		}
		return Math.max(1, this.limits.available() / this.instances - this.own);
	}

	/**
	 * Both sides with their numbers.
	 * @return text for people
	 */
	public String describe() {
		return this.instances + ((this.instances == 1) ? " instance" : " instances") + " with up to " + ofOne()
				+ " connections (pool " + this.pool + ", own " + this.own + ") need " + needed()
				+ ", and the server has " + this.limits.available() + " for them (" + this.limits.describe() + ")";
	}

}
