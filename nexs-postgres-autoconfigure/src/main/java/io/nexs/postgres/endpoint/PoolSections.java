package io.nexs.postgres.endpoint;

import io.nexs.postgres.pool.ConnectionBudget;
import io.nexs.postgres.pool.NodeBudget;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.routing.RoutingControl;
import io.nexs.postgres.routing.RoutingRules;
import org.jspecify.annotations.Nullable;

/**
 * The pools, what can be changed of them and of routing, and what the servers have room
 * for.
 *
 * @param pools the pools
 * @param control changes them and routing
 * @param budget what the servers have room for
 */
public record PoolSections(NodePools pools, RoutingControl control, ConnectionBudget budget) {

	RoutingDescriptor routing() {
		RoutingRules rules = this.control.rules();
		RoutingRules configured = this.control.configured();
		return new RoutingDescriptor(ChangeRequest.key(rules.preference()), rules.balancerName(),
				ChangeRequest.key(configured.preference()), configured.balancerName(), this.pools.isAdaptive());
	}

	int weight(NodePool pool) {
		return this.control.rules().weights().getOrDefault(pool.node().id(), pool.node().weight());
	}

	@Nullable BudgetDescriptor budget(NodePool pool) {
		NodeBudget known = this.budget.of(pool.node().id());
		return (known != null)
				? new BudgetDescriptor(known.instances(), known.pool(), known.own(), known.needed(),
						known.limits().available(), known.limits().describe(), known.isExceeded(), known.largestPool())
				: null;
	}

	/**
	 * How routes are taken now, and how the configuration says.
	 *
	 * @param preference where reads go
	 * @param balancer what chooses among replicas
	 * @param configuredPreference where reads go by the configuration
	 * @param configuredBalancer what chooses by the configuration
	 * @param adaptivePools whether the maximum of the pools follows the load
	 */
	public record RoutingDescriptor(String preference, String balancer, String configuredPreference,
			String configuredBalancer, boolean adaptivePools) {
	}

	/**
	 * The connections all instances may open to a node, beside those its server lets them
	 * have.
	 *
	 * @param instances instances of the application, by the configuration
	 * @param pool most connections the pool of an instance opens
	 * @param own connections an instance has outside the pool
	 * @param needed what all may open together
	 * @param available what the server lets them have
	 * @param limit the limit that decides
	 * @param exceeded whether the first is more than the second
	 * @param largestPool the largest pool of an instance that fits
	 */
	public record BudgetDescriptor(int instances, int pool, int own, long needed, int available, String limit,
			boolean exceeded, int largestPool) {
	}

}
