package io.nexs.postgres.routing;

import java.time.Duration;
import java.util.List;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes nodes out of service and puts them back, by hand. Maintenance lasts until
 * {@link #resume(String)}; probes go on meanwhile. A primary in maintenance takes no
 * writes, so writes wait. Thread-safe.
 */
public final class ReplicaManager {

	private static final Logger logger = LoggerFactory.getLogger(ReplicaManager.class);

	private final ClusterMonitor monitor;

	private final NodePools pools;

	/**
	 * Creates the manager.
	 * @param monitor knows the nodes
	 * @param pools their pools
	 */
	public ReplicaManager(ClusterMonitor monitor, NodePools pools) {
		this.monitor = monitor;
		this.pools = pools;
	}

	/**
	 * All nodes.
	 * @return a view of each, in the order of the configuration
	 */
	public List<ReplicaView> nodes() {
		return this.monitor.topology()
			.nodes()
			.stream()
			.map((state) -> new ReplicaView(state, this.pools.of(state.node().id()).snapshot()))
			.toList();
	}

	/**
	 * Gives a node no new work. Work that has its connection goes on.
	 * @param nodeId id of the node
	 * @throws IllegalArgumentException if there is no such node
	 */
	public void maintenance(String nodeId) {
		this.pools.of(nodeId);
		warnOfPrimary(nodeId);
		this.monitor.maintenance(nodeId, true);
	}

	/**
	 * Gives a node no new work, waits for the work that it has, and closes its
	 * connections.
	 * @param nodeId id of the node
	 * @param timeout longest wait
	 * @return whether no connection is lent any more
	 * @throws InterruptedException if the caller was interrupted
	 * @throws IllegalArgumentException if there is no such node
	 * @throws OperationRefusedException if no other node takes work
	 */
	public boolean drain(String nodeId, Duration timeout) throws InterruptedException {
		NodePool pool = this.pools.of(nodeId);
		refuseLastNode(nodeId);
		warnOfPrimary(nodeId);
		this.monitor.maintenance(nodeId, true);
		boolean drained = pool.drain(timeout);
		logger.info("{} is drained, {} connections still lent", nodeId, pool.lent());
		pool.empty();
		return drained;
	}

	private void refuseLastNode(String nodeId) {
		Topology topology = this.monitor.topology();
		boolean last = topology.node(nodeId).status().takesWork() && topology.nodes()
			.stream()
			.noneMatch((other) -> !other.id().equals(nodeId) && other.status().takesWork()
					&& other.role() != NodeRole.UNKNOWN);
		if (last) {
			throw new OperationRefusedException(nodeId + " is not drained: no other node takes work ("
					+ topology.describe() + "). Bring another node back first, or put " + nodeId
					+ " into maintenance, which leaves running work alone.");
		}
	}

	private void warnOfPrimary(String nodeId) {
		NodeState primary = this.monitor.topology().primary();
		if (primary != null && primary.id().equals(nodeId)) {
			logger.warn("{} is the primary: writes wait until it is resumed or another node is promoted", nodeId);
		}
	}

	/**
	 * Ends maintenance.
	 * @param nodeId id of the node
	 * @throws IllegalArgumentException if there is no such node
	 */
	public void resume(String nodeId) {
		this.pools.of(nodeId);
		this.monitor.maintenance(nodeId, false);
	}

	/**
	 * Probes all nodes at once, without waiting for the answers.
	 */
	public void probe() {
		this.monitor.probeNow();
	}

}
