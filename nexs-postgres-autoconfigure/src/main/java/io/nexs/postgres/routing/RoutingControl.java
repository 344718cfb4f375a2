package io.nexs.postgres.routing;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.pool.PoolBounds;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes balancer, read preference, weights and the bounds of pools while the
 * application runs. A change holds for the next route that is taken, in this process,
 * until its end; a change of the primary does not touch it. It is logged once and told to
 * the listeners. An order is carried out as a whole or not at all. Thread-safe.
 */
public final class RoutingControl {

	/**
	 * The highest weight of a node.
	 */
	public static final int MAX_WEIGHT = 1000;

	private static final Logger logger = LoggerFactory.getLogger(RoutingControl.class);

	private static final String REASON = "ordered at run time";

	private final NodePools pools;

	private final RoutingRules configured;

	private final ReentrantLock lock = new ReentrantLock();

	private final List<Consumer<RoutingChanged>> listeners = new CopyOnWriteArrayList<>();

	private volatile RoutingRules rules;

	/**
	 * A control with one of the balancers of the library, which can be changed.
	 * @param pools the pools, whose nodes have the weights to begin with
	 * @param preference the read preference to begin with
	 * @param kind the balancer to begin with
	 */
	public RoutingControl(NodePools pools, ReadPreference preference, BalancerKind kind) {
		this(pools, new RoutingRules(preference, kind.create(), kind, weights(pools)));
	}

	/**
	 * A control with a balancer of the application, which is kept.
	 * @param pools the pools, whose nodes have the weights to begin with
	 * @param preference the read preference to begin with
	 * @param balancer the balancer
	 */
	public RoutingControl(NodePools pools, ReadPreference preference, Balancer balancer) {
		this(pools, new RoutingRules(preference, balancer, null, weights(pools)));
	}

	private RoutingControl(NodePools pools, RoutingRules rules) {
		this.pools = pools;
		this.configured = rules;
		this.rules = rules;
	}

	private static Map<String, Integer> weights(NodePools pools) {
		Map<String, Integer> weights = new HashMap<>();
		pools.all().forEach((pool) -> weights.put(pool.node().id(), pool.node().weight()));
		return weights;
	}

	/**
	 * The rules in force.
	 * @return the rules
	 */
	public RoutingRules rules() {
		return this.rules;
	}

	/**
	 * The rules of the configuration.
	 * @return always the same
	 */
	public RoutingRules configured() {
		return this.configured;
	}

	/**
	 * Changes something for the whole of the cluster; bounds are those of each pool.
	 * @param change what
	 * @throws IllegalArgumentException if a value cannot be used, or if there is a
	 * weight, which is that of a node
	 * @throws OperationRefusedException if the balancer is one of the application, or the
	 * maximum of the pools is moved by {@code nexs.db.pool.adaptive}
	 */
	public void change(RoutingChange change) {
		this.lock.lock();
		try {
			if (change.weight() != null) {
				throw new IllegalArgumentException("A weight is that of one node; name the node");
			}
			Map<String, PoolBounds> bounds = bounds(this.pools.all(), change);
			RoutingRules after = this.rules;
			if (change.preference() != null) {
				after = after.with(change.preference());
			}
			if (change.balancer() != null) {
				refuseOwnBalancer(change.balancer());
				after = after.with(change.balancer());
			}
			carryOut(after, bounds);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Changes something of one node.
	 * @param nodeId id of the node
	 * @param change what: a weight, bounds of its pool, or both
	 * @throws IllegalArgumentException if there is no such node, if a value cannot be
	 * used, or if there is something that is not of a node
	 * @throws OperationRefusedException if the maximum of the pools is moved by
	 * {@code nexs.db.pool.adaptive}
	 */
	public void change(String nodeId, RoutingChange change) {
		this.lock.lock();
		try {
			NodePool pool = this.pools.of(nodeId);
			if (change.preference() != null || change.balancer() != null) {
				throw new IllegalArgumentException("Preference and balancer are those of all nodes; name no node");
			}
			Map<String, PoolBounds> bounds = bounds(List.of(pool), change);
			RoutingRules after = this.rules;
			Integer weight = change.weight();
			if (weight != null) {
				if (weight < 0 || weight > MAX_WEIGHT) {
					throw new IllegalArgumentException(
							"A weight is between 0 (a reserve) and " + MAX_WEIGHT + ", not " + weight);
				}
				Map<String, Integer> weights = new HashMap<>(after.weights());
				weights.put(nodeId, weight);
				after = after.with(weights);
			}
			carryOut(after, bounds);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes all changes back. The maximum of pools that are adaptive stays as it is.
	 */
	public void reset() {
		this.lock.lock();
		try {
			Map<String, PoolBounds> bounds = new LinkedHashMap<>();
			this.pools.all().forEach((pool) -> bounds.put(pool.node().id(), configuredBounds(pool)));
			carryOut(this.configured, bounds);
		}
		finally {
			this.lock.unlock();
		}
	}

	private PoolBounds configuredBounds(NodePool pool) {
		PoolBounds configured = pool.configuredBounds();
		int max = this.pools.isAdaptive() ? pool.bounds().max() : configured.max();
		return new PoolBounds(Math.min(configured.min(), max), max);
	}

	private Map<String, PoolBounds> bounds(List<NodePool> affected, RoutingChange change) {
		Map<String, PoolBounds> bounds = new LinkedHashMap<>();
		if (!change.resizes()) {
			return bounds;
		}
		if (change.maxConns() != null && this.pools.isAdaptive()) {
			throw new OperationRefusedException("The maximum of the pools is moved by 'nexs.db.pool.adaptive.enabled'; "
					+ "change the minimum, or switch that off");
		}
		for (NodePool pool : affected) {
			bounds.put(pool.node().id(), bounds(pool, change.minConns(), change.maxConns()));
		}
		return bounds;
	}

	/**
	 * A lower maximum takes a minimum along that nobody named, a higher minimum a maximum
	 * that nobody can name, because it follows the load.
	 */
	private PoolBounds bounds(NodePool pool, @Nullable Integer min, @Nullable Integer max) {
		PoolBounds before = pool.bounds();
		int most = (max != null) ? max : before.max();
		if (min == null) {
			return new PoolBounds(Math.min(before.min(), Math.max(0, most)), most);
		}
		if (max == null && this.pools.isAdaptive()) {
			most = Math.max(most, Math.min(min, pool.configuredBounds().max()));
		}
		return new PoolBounds(min, most);
	}

	private void refuseOwnBalancer(BalancerKind kind) {
		if (this.configured.kind() == null) {
			throw new OperationRefusedException(
					"Reads are balanced by a bean of the application, " + this.configured.balancerName()
							+ ", which is not replaced by '" + kind.key() + "'; remove the bean to choose one by name");
		}
	}

	private void carryOut(RoutingRules after, Map<String, PoolBounds> bounds) {
		RoutingRules before = this.rules;
		if (!after.equals(before)) {
			this.rules = after;
			logger.info("Routing changed until the end of the process: {}; before: {}", after, before);
			RoutingChanged event = new RoutingChanged(Instant.now(), before, after);
			this.listeners.forEach((listener) -> tell(listener, event));
		}
		bounds.forEach((nodeId, wanted) -> this.pools.resize(nodeId, wanted, REASON));
	}

	/**
	 * One that fails does not leave the order half done.
	 */
	private static void tell(Consumer<RoutingChanged> listener, RoutingChanged event) {
		try {
			listener.accept(event);
		}
		catch (RuntimeException ex) {
			logger.warn("A listener to the changes of routing has failed", ex);
		}
	}

	/**
	 * Has a listener told of changed rules.
	 * @param listener called in the order of the changes, on the thread that makes them;
	 * must not block
	 */
	public void addListener(Consumer<RoutingChanged> listener) {
		this.listeners.add(listener);
	}

}
