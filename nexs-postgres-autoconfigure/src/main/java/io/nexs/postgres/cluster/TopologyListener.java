package io.nexs.postgres.cluster;

import java.util.List;

/**
 * Is told every published topology.
 */
@FunctionalInterface
public interface TopologyListener {

	/**
	 * A topology was published. Called on the one cluster thread, in order, so it must
	 * not block; an exception is logged and stops no other listener.
	 * @param topology the new topology
	 * @param events what changed; empty when only measurements did
	 */
	void topologyChanged(Topology topology, List<ClusterEvent> events);

}
