package io.nexs.postgres.failover;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import org.jspecify.annotations.Nullable;

/**
 * Which node may be pinned: one that could be the primary now.
 */
final class PinRule {

	private PinRule() {
	}

	/**
	 * Why a node cannot be pinned.
	 * @param topology the present topology
	 * @param node the node
	 * @return what is wrong and what to do, {@code null} if nothing is
	 */
	static @Nullable String objection(Topology topology, NodeState node) {
		if (node.role() != NodeRole.PRIMARY) {
			return refused(node, "it is not writable", "Promote it first");
		}
		for (NodeState other : topology.nodes()) {
			if (other.role() == NodeRole.PRIMARY && other.status() != NodeStatus.MAINTENANCE
					&& other.timeline() > node.timeline()) {
				return refused(node,
						"it is deposed: " + other.id() + " is writable on the newer timeline " + other.timeline(),
						"Pin " + other.id() + ", or stop it first");
			}
		}
		if (!node.status().takesWork()) {
			return refused(node, "it takes no work", (node.status() == NodeStatus.MAINTENANCE) ? "Resume it first"
					: "Wait until it answers its probes as a primary of the newest timeline");
		}
		return null;
	}

	private static String refused(NodeState node, String why, String what) {
		return "Writes are not pinned to " + node.id() + ": " + why + " (" + node.describe() + "). " + what + ".";
	}

}
