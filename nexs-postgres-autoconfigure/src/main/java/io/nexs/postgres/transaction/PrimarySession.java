package io.nexs.postgres.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;

/**
 * Lends connections to the present primary to the work of this package. They come from
 * the pool, so that they end when the node is fenced or lost. Thread-safe.
 */
final class PrimarySession {

	/**
	 * The primary may move while one waits for a connection.
	 */
	private static final long LONGEST_WAIT_MILLIS = 250;

	private final ClusterMonitor monitor;

	private final NodePools pools;

	PrimarySession(ClusterMonitor monitor, NodePools pools) {
		this.monitor = monitor;
		this.pools = pools;
	}

	/**
	 * Does work in a transaction.
	 * @param limit longest time the server may be silent; the wait for a connection is
	 * short
	 * @param work the work, which commits
	 */
	<T> T run(Duration limit, Work<T> work) throws SQLException {
		Topology topology = this.monitor.topology();
		NodeState primary = topology.primary();
		if (primary == null || isTermOutdated(topology)) {
			throw new SQLTransientConnectionException("No primary: " + topology.describe(), "08001");
		}
		NodePool pool = this.pools.of(primary.id());
		long millis = Math.max(1, limit.toMillis());
		Connection connection = pool.borrow(Math.min(millis, LONGEST_WAIT_MILLIS));
		try {
			connection.setNetworkTimeout(Runnable::run, (int) Math.min(Integer.MAX_VALUE, millis));
			connection.setAutoCommit(false);
			return work.in(connection);
		}
		finally {
			pool.giveBack(connection);
		}
	}

	/**
	 * Whether a newer primary was seen that not everybody was told of.
	 */
	private boolean isTermOutdated(Topology topology) {
		return this.monitor.isInDoubt(topology.term());
	}

	/**
	 * What is done on a connection in a transaction.
	 *
	 * @param <T> what comes back
	 */
	@FunctionalInterface
	interface Work<T> {

		/**
		 * Does it.
		 */
		T in(Connection connection) throws SQLException;

	}

}
