package io.nexs.postgres.routing;

import io.nexs.postgres.cluster.Node;

/**
 * A node a {@link Balancer} may choose, with what is known of its load. Thread-safe; the
 * figures change while they are read.
 */
public interface Candidate {

	/**
	 * The node.
	 * @return the node
	 */
	Node node();

	/**
	 * Its share of reads: that of the configuration until it is changed at run time.
	 * @return the weight, 0 for a reserve
	 */
	default int weight() {
		return node().weight();
	}

	/**
	 * Connections of the node's pool that are lent at this moment.
	 * @return the number
	 */
	int activeConnections();

	/**
	 * Peak-sensitive moving average of the time statements and probes take, in
	 * nanoseconds.
	 * @return the average; zero while nothing was measured
	 */
	double latencyNanos();

}
