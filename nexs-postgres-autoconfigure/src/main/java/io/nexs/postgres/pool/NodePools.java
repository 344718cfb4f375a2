package io.nexs.postgres.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.cluster.TopologyListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pools of all nodes, in the order of the configuration. Follows the topology: a pool
 * is kept on promotion, emptied on demotion and on a changed identity, aborted when its
 * node is fenced, was lost to a newer primary or to its silence, or is a replica that
 * does not answer; while the node is down or in maintenance it opens nothing.
 * Thread-safe.
 */
public final class NodePools implements TopologyListener, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(NodePools.class);

	private final List<NodePool> pools;

	private final Pooler pooler;

	/**
	 * Creates the pools; needs no network.
	 * @param nodes the nodes
	 * @param settings settings of every pool
	 * @param connector opens physical connections
	 * @param traffic takes what real traffic learns about nodes
	 */
	public NodePools(List<Node> nodes, PoolSettings settings, NodeConnector connector, NodeTraffic traffic) {
		this.pools = nodes.stream().map((node) -> new NodePool(node, settings, connector, traffic)).toList();
		this.pooler = settings.pooler();
	}

	/**
	 * What lends server connections between the pools and the servers.
	 * @return the same for all pools
	 */
	public Pooler pooler() {
		return this.pooler;
	}

	/**
	 * All pools.
	 * @return the pools in the order of the configuration
	 */
	public List<NodePool> all() {
		return this.pools;
	}

	/**
	 * The pool of a node.
	 * @param nodeId id of the node
	 * @return its pool
	 * @throws IllegalArgumentException if there is no such node
	 */
	public NodePool of(String nodeId) {
		for (NodePool pool : this.pools) {
			if (pool.node().id().equals(nodeId)) {
				return pool;
			}
		}
		throw new IllegalArgumentException("There is no node '" + nodeId + "'; there are "
				+ this.pools.stream().map((pool) -> pool.node().id()).toList());
	}

	@Override
	public void topologyChanged(Topology topology, List<ClusterEvent> events) {
		List<NodeState> states = topology.nodes();
		for (int i = 0; i < states.size(); i++) {
			if (isDown(states.get(i))) {
				this.pools.get(i).markDown();
			}
			else {
				this.pools.get(i).markUp();
			}
			Instant answered = states.get(i).lastProbe();
			if (answered != null && states.get(i).failures() == 0) {
				this.pools.get(i).answered(answered);
			}
		}
		for (ClusterEvent event : events) {
			follow(event, topology);
		}
	}

	private void follow(ClusterEvent event, Topology topology) {
		if (event instanceof ClusterEvent.StatusChanged change && change.to() == NodeStatus.FENCED) {
			abort(change.node(), "it is fenced");
		}
		else if (event instanceof ClusterEvent.RoleChanged change && change.from() == NodeRole.PRIMARY
				&& change.to() == NodeRole.REPLICA) {
			empty(change.node(), "it was demoted");
		}
		else if (event instanceof ClusterEvent.IdentityChanged change) {
			replace(change, topology.node(change.node().id()).role());
		}
		else if (event instanceof ClusterEvent.RoleChanged change && change.from() == NodeRole.REPLICA
				&& change.to() == NodeRole.UNKNOWN) {
			abort(change.node(), "it does not answer any more");
		}
		else if (event instanceof ClusterEvent.NodeLost lost) {
			abort(lost.node(), "it has not answered for " + lost.silence().toMillis() + " ms");
		}
		else if (event instanceof ClusterEvent.PrimaryChanged change && change.to() != null) {
			abortDeposed(topology, change.to());
		}
	}

	/**
	 * A primary that was lost is none any more when the next one is seen. One in
	 * maintenance is never fenced, and neither is one on the timeline of the primary that
	 * a pin or maintenance has decided against. Work may be under way on all of them.
	 */
	private void abortDeposed(Topology topology, Node primary) {
		for (NodeState state : topology.nodes()) {
			boolean lost = state.status() == NodeStatus.UNHEALTHY;
			boolean rival = state.role() == NodeRole.PRIMARY && state.status() != NodeStatus.FENCED
					&& topology.isPrimaryElsewhere(state.id());
			if (lost || rival) {
				abort(state.node(), primary.id() + " is primary now");
			}
		}
	}

	/**
	 * A server that was restarted has no session any more, and one that gave its place to
	 * a primary must not take writes. Reads on a replica that goes on elsewhere may end.
	 */
	private void replace(ClusterEvent.IdentityChanged change, NodeRole role) {
		if (change.endpoint() && role != NodeRole.PRIMARY) {
			empty(change.node(), "another server answers there");
			return;
		}
		logger.info("Aborting the connections to {} that lead to the server before", change.node().id());
		of(change.node().id()).abortOthers(change.to().startedAt());
	}

	private void abort(Node node, String reason) {
		logger.info("Aborting all connections to {}: {}", node.id(), reason);
		of(node.id()).abort();
	}

	private void empty(Node node, String reason) {
		logger.info("Emptying the pool of {}: {}", node.id(), reason);
		of(node.id()).empty();
	}

	private static boolean isDown(NodeState state) {
		return state.status() == NodeStatus.UNHEALTHY || state.status() == NodeStatus.FENCED
				|| state.status() == NodeStatus.MAINTENANCE;
	}

	/**
	 * Waits until no connection of any node is lent.
	 * @param timeout longest wait for all together
	 * @return connections that are still lent
	 * @throws InterruptedException if the caller was interrupted
	 */
	public int drain(Duration timeout) throws InterruptedException {
		long deadline = System.nanoTime() + timeout.toNanos();
		int left = 0;
		for (NodePool pool : this.pools) {
			if (!pool.drain(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
				left += pool.lent();
			}
		}
		return left;
	}

	/**
	 * Closes every connection of every node, also those that are lent, and opens none
	 * until {@link #resume()}. HikariCP's own suspension is not used: it makes each
	 * borrower pass a semaphore, and one that waits there ignores its time limit.
	 * @param timeout longest wait per node for connections that are being opened
	 * @throws InterruptedException if the caller was interrupted
	 */
	public void pause(Duration timeout) throws InterruptedException {
		for (NodePool pool : this.pools) {
			pool.pause(timeout);
		}
	}

	/**
	 * Lets the pools open connections again.
	 */
	public void resume() {
		this.pools.forEach(NodePool::resume);
	}

	@Override
	public void close() {
		this.pools.forEach(NodePool::close);
	}

}
