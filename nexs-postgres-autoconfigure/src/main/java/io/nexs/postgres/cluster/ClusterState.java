package io.nexs.postgres.cluster;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All the reducer remembers between two observations. Immutable.
 *
 * @param topology the published part
 * @param reports the last answer of each node that ever answered, by node id
 * @param system which cluster this is
 * @param wal the history of the primary's WAL position in the present term
 * @param silent the nodes, by id, that are suspect for nothing else than their silence
 */
record ClusterState(Topology topology, Map<String, ServerReport> reports, SystemChoice system, WalClock wal,
		Set<String> silent) {

	ClusterState {
		reports = Map.copyOf(reports);
		silent = Set.copyOf(silent);
	}

	static ClusterState initial(List<Node> nodes) {
		return new ClusterState(Topology.initial(nodes), Map.of(), SystemChoice.NONE, WalClock.EMPTY, Set.of());
	}

}
