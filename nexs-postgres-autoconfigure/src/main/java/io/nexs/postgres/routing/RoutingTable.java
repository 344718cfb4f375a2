package io.nexs.postgres.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import org.jspecify.annotations.Nullable;

/**
 * Who may serve what, worked out once for each topology. Immutable.
 *
 * @param topology what it was made from
 * @param rules what is wanted
 * @param primary the node writes go to, or {@code null}
 * @param replicas replicas in full service
 * @param withRecovering the same and those that have just come back
 * @param nearest replicas in full service and the primary
 */
record RoutingTable(Topology topology, RoutingRules rules, @Nullable NodeTarget primary, List<NodeTarget> replicas,
		List<NodeTarget> withRecovering, List<NodeTarget> nearest) {

	/**
	 * Makes the table of a topology. Lists that did not change, nor the weights, stay the
	 * same instances, so a balancer may remember what it computed for one.
	 */
	static RoutingTable of(Topology topology, List<NodeTarget> targets, @Nullable String zone, RoutingRules rules,
			@Nullable RoutingTable before) {
		NodeState primaryState = topology.primary();
		NodeTarget primary = (primaryState != null) ? target(primaryState, topology, targets) : null;
		List<NodeTarget> replicas = select(topology, targets, zone,
				(state) -> state.servesReads() && state.status() == NodeStatus.HEALTHY);
		List<NodeTarget> withRecovering = select(topology, targets, zone, NodeState::servesReads);
		List<NodeTarget> nearest = new ArrayList<>(replicas);
		if (primary != null) {
			nearest.add(primary);
		}
		if (before == null || !before.rules.weights().equals(rules.weights())) {
			return new RoutingTable(topology, rules, primary, replicas, withRecovering, List.copyOf(nearest));
		}
		return new RoutingTable(topology, rules, primary, keep(before.replicas, replicas),
				keep(before.withRecovering, withRecovering), keep(before.nearest, nearest));
	}

	/**
	 * Those with a weight come before those without, those of the zone before all others.
	 */
	private static List<NodeTarget> select(Topology topology, List<NodeTarget> targets, @Nullable String zone,
			Predicate<NodeState> usable) {
		List<NodeTarget> all = new ArrayList<>();
		List<NodeState> states = topology.nodes();
		for (int i = 0; i < states.size(); i++) {
			if (usable.test(states.get(i))) {
				all.add(targets.get(i));
			}
		}
		List<NodeTarget> weighted = filter(all, (target) -> target.weight() > 0);
		return (zone != null) ? filter(weighted, (target) -> zone.equals(target.node().zone())) : weighted;
	}

	private static List<NodeTarget> filter(List<NodeTarget> targets, Predicate<NodeTarget> predicate) {
		List<NodeTarget> matching = targets.stream().filter(predicate).toList();
		return matching.isEmpty() ? List.copyOf(targets) : matching;
	}

	private static List<NodeTarget> keep(List<NodeTarget> before, List<NodeTarget> now) {
		return before.equals(now) ? before : List.copyOf(now);
	}

	private static NodeTarget target(NodeState state, Topology topology, List<NodeTarget> targets) {
		return targets.get(topology.nodes().indexOf(state));
	}

	/**
	 * The role a node has in this table.
	 */
	NodeRole role(NodeTarget target) {
		return (target == this.primary) ? NodeRole.PRIMARY : NodeRole.REPLICA;
	}

}
