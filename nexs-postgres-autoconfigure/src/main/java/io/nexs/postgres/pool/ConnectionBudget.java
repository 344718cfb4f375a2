package io.nexs.postgres.pool;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.ConnectionLimits;
import io.nexs.postgres.cluster.NodeIdentity;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.cluster.TopologyListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the pools of all instances fit what each server lets them have. Each node is
 * judged alone and with the whole of its pool, whatever its role: after a failover all
 * writes are at the node that was a replica. Warns once for each new verdict. Behind
 * PgBouncer it says nothing, because a server sees PgBouncer's connections. Thread-safe;
 * does no I/O.
 */
public final class ConnectionBudget implements TopologyListener {

	private static final Logger logger = LoggerFactory.getLogger(ConnectionBudget.class);

	private static final ConnectionLimits UNKNOWN = ConnectionLimits.of(0);

	private final NodePools pools;

	private final Supplier<Topology> topology;

	private final int instances;

	private final int own;

	/** What was said last of each node. */
	private final Map<String, NodeBudget> said = new ConcurrentHashMap<>();

	/**
	 * Creates the budget.
	 * @param pools the pools
	 * @param topology gives what is known of the servers
	 * @param instances instances of the application that run at one time
	 * @param own connections an instance has to each node outside its pool
	 */
	public ConnectionBudget(NodePools pools, Supplier<Topology> topology, int instances, int own) {
		this.pools = pools;
		this.topology = topology;
		this.instances = instances;
		this.own = own;
		pools.addListener((resized) -> check());
	}

	/**
	 * The budget of a node, with the present bounds of its pool.
	 * @param nodeId id of the node
	 * @return the budget, or {@code null} behind PgBouncer and while nothing is known of
	 * the server
	 * @throws IllegalArgumentException if there is no such node
	 */
	public @Nullable NodeBudget of(String nodeId) {
		NodePool pool = this.pools.of(nodeId);
		NodeBudget budget = budget(pool, this.topology.get());
		return (budget.limits().maxConnections() > 0) ? budget : null;
	}

	/**
	 * The largest pool of one instance to a node that fits.
	 * @param nodeId id of the node
	 * @return connections; {@link Integer#MAX_VALUE} while nothing is known
	 */
	public int largestPool(String nodeId) {
		NodeBudget budget = of(nodeId);
		return (budget != null) ? budget.largestPool() : Integer.MAX_VALUE;
	}

	private NodeBudget budget(NodePool pool, Topology known) {
		NodeIdentity identity = known.node(pool.node().id()).identity();
		ConnectionLimits limits = (identity != null && this.pools.pooler() == Pooler.NONE) ? identity.limits()
				: UNKNOWN;
		return new NodeBudget(pool.node().id(), pool.bounds().max(), this.own, this.instances, limits);
	}

	/**
	 * Looks at all nodes and warns of those whose verdict is new.
	 */
	public void check() {
		topologyChanged(this.topology.get(), List.of());
	}

	@Override
	public void topologyChanged(Topology known, List<ClusterEvent> events) {
		for (NodePool pool : this.pools.all()) {
			NodeBudget budget = budget(pool, known);
			NodeBudget before = (budget.limits().maxConnections() > 0) ? this.said.put(budget.nodeId(), budget)
					: budget;
			if (!budget.equals(before)) {
				say(budget, before != null && before.isExceeded());
			}
		}
	}

	private static void say(NodeBudget budget, boolean wasExceeded) {
		if (budget.isExceeded()) {
			logger.warn(
					"Too many connections to {}: {}. Set 'nexs.db.pool.max-conns' to {} or less, or raise the limit of "
							+ "the server. 'nexs.db.pool.instances' says how many instances there are",
					budget.nodeId(), budget.describe(), budget.largestPool());
		}
		else if (wasExceeded) {
			logger.info("Connections to {} fit: {}", budget.nodeId(), budget.describe());
		}
	}

}
