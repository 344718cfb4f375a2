package io.nexs.postgres.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.cluster.TopologyListener;
import io.nexs.postgres.hook.HookDispatcher;
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

	private volatile boolean adaptive;

	private final List<Consumer<PoolResized>> listeners = new CopyOnWriteArrayList<>();

	/**
	 * Creates the pools; needs no network.
	 * @param nodes the nodes
	 * @param settings settings of every pool
	 * @param connector opens physical connections
	 * @param traffic takes what real traffic learns about nodes
	 */
	public NodePools(List<Node> nodes, PoolSettings settings, NodeConnector connector, NodeTraffic traffic) {
		this(nodes, settings, connector, traffic, HookDispatcher.NONE);
	}

	/**
	 * Creates the pools; needs no network.
	 * @param nodes the nodes
	 * @param settings settings of every pool
	 * @param connector opens physical connections
	 * @param traffic takes what real traffic learns about nodes
	 * @param hooks calls the hooks of opened and closed connections
	 */
	public NodePools(List<Node> nodes, PoolSettings settings, NodeConnector connector, NodeTraffic traffic,
			HookDispatcher hooks) {
		this(nodes, settings, connector, traffic, hooks, List.of());
	}

	/**
	 * Creates the pools; needs no network.
	 * @param nodes the nodes
	 * @param settings settings of every pool
	 * @param connector opens physical connections
	 * @param traffic takes what real traffic learns about nodes
	 * @param hooks calls the hooks of opened and closed connections
	 * @param customizers change the settings of each pool, one after the other
	 */
	public NodePools(List<Node> nodes, PoolSettings settings, NodeConnector connector, NodeTraffic traffic,
			HookDispatcher hooks, List<? extends NodePoolCustomizer> customizers) {
		NodePoolCustomizer customizer = (node, config) -> customizers.forEach((each) -> each.customize(node, config));
		this.pools = nodes.stream()
			.map((node) -> new NodePool(node, settings, connector, traffic, hooks, customizer))
			.toList();
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

	/**
	 * Changes the bounds of a pool until the end of the process, says so in the log and
	 * tells the listeners. Does nothing where the bounds are those in force.
	 * @param nodeId id of the node
	 * @param bounds the bounds from now on
	 * @param reason why, for people
	 * @throws IllegalArgumentException if there is no such node
	 */
	public void resize(String nodeId, PoolBounds bounds, String reason) {
		NodePool pool = of(nodeId);
		PoolBounds before = pool.resize(bounds);
		if (!before.equals(bounds)) {
			logger.info("Pool of {} has {} connections instead of {}: {}", nodeId, bounds, before, reason);
			PoolResized event = new PoolResized(Instant.now(), nodeId, before, bounds, reason);
			this.listeners.forEach((listener) -> tell(listener, event));
		}
	}

	/**
	 * One that fails keeps neither the others from being told nor the next pool from its
	 * bounds.
	 */
	private static void tell(Consumer<PoolResized> listener, PoolResized event) {
		try {
			listener.accept(event);
		}
		catch (RuntimeException ex) {
			logger.warn("A listener to the pools has failed", ex);
		}
	}

	/**
	 * Whether an {@link AdaptivePoolSizer} moves the maximum of the pools.
	 * @return whether one is started
	 */
	public boolean isAdaptive() {
		return this.adaptive;
	}

	void adaptive(boolean started) {
		this.adaptive = started;
	}

	/**
	 * Has a listener told of changed bounds.
	 * @param listener called on the thread that makes the change, must not block
	 */
	public void addListener(Consumer<PoolResized> listener) {
		this.listeners.add(listener);
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
			PoolOrder.of(event, topology).forEach(this::obey);
		}
	}

	private void obey(PoolOrder order) {
		NodePool pool = of(order.node().id());
		Instant startedAt = order.startedAt();
		logger.info("Closing connections to {}, {}: {}", order.node().id(), order.kind(), order.reason());
		if (order.kind() == PoolOrder.Kind.EMPTY) {
			pool.empty();
		}
		else if (order.kind() == PoolOrder.Kind.ABORT_OTHERS && startedAt != null) {
			pool.abortOthers(startedAt);
		}
		else {
			pool.abort();
		}
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
		long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
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
