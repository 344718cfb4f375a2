package io.nexs.postgres.embedded;

import java.util.Optional;

/**
 * A node and what it answered.
 *
 * @param node the node
 * @param state its state
 */
record Answer(EmbeddedNode node, NodeState state) {

	/**
	 * Ask a node.
	 * @param node the node
	 * @return the answer, empty when it does not answer
	 */
	static Optional<Answer> of(EmbeddedNode node) {
		try {
			return Optional.of(new Answer(node, node.state()));
		}
		catch (EmbeddedClusterException ex) {
			return Optional.empty();
		}
	}

}
