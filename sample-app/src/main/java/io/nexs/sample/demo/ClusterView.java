package io.nexs.sample.demo;

import java.util.List;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedClusterException;
import io.nexs.postgres.embedded.EmbeddedNode;

/**
 * What was done and what each server says of itself now.
 *
 * @param done what was done
 * @param nodes the servers
 */
record ClusterView(String done, List<NodeView> nodes) {

	static ClusterView of(String done, EmbeddedCluster cluster) {
		return new ClusterView(done, cluster.nodes().stream().map(NodeView::of).toList());
	}

	/**
	 * One server.
	 *
	 * @param id id of the node
	 * @param role {@code primary}, {@code replica}, {@code dead}, {@code frozen} or
	 * {@code silent}
	 * @param timeline timeline it writes or follows, 0 when it does not answer
	 */
	record NodeView(String id, String role, int timeline) {

		static NodeView of(EmbeddedNode node) {
			if (!node.isRunning()) {
				return new NodeView(node.id(), "dead", 0);
			}
			if (node.isFrozen()) {
				return new NodeView(node.id(), "frozen", 0);
			}
			try {
				return new NodeView(node.id(), node.isInRecovery() ? "replica" : "primary", node.timeline());
			}
			catch (EmbeddedClusterException ex) {
				return new NodeView(node.id(), "silent", 0);
			}
		}

	}

}
