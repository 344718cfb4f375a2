package io.nexs.postgres.cluster;

import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * All nodes at one moment. Immutable; the only thing routing reads.
 *
 * @param epoch grows with every change that routing may care about, not with mere
 * measurements
 * @param nodes one state for each configured node, in configuration order
 * @param primary the node writes may go to; {@code null} when there is none at the moment
 * @param term the newest term seen, also when its primary is gone; {@code null} before
 * the first primary
 * @param conflict why there is no primary although nodes are writable
 */
public record Topology(long epoch, List<NodeState> nodes, @Nullable NodeState primary, @Nullable Term term,
		PrimaryConflict conflict) {

	public Topology {
		nodes = List.copyOf(nodes);
	}

	/**
	 * The topology before anything was observed.
	 * @param nodes the configured nodes
	 * @return all nodes suspect and of unknown role
	 */
	static Topology initial(List<Node> nodes) {
		return new Topology(0, nodes.stream().map(NodeState::initial).toList(), null, null, PrimaryConflict.NONE);
	}

	/**
	 * The state of one node.
	 * @param id the id of the node
	 * @return its state
	 * @throws IllegalArgumentException when there is no such node
	 */
	public NodeState node(String id) {
		return this.nodes.get(indexOf(id));
	}

	/**
	 * Tell whether writes may go somewhere.
	 * @return {@code true} when {@link #primary()} is not {@code null}
	 */
	public boolean hasPrimary() {
		return this.primary != null;
	}

	/**
	 * Tell whether a commit that returns now may be lost.
	 * @param began the term its transaction began in
	 * @return {@code true} when a later term has begun, or when several nodes are writable
	 * and it is open which of them stays
	 */
	public boolean doubts(Term began) {
		return this.conflict != PrimaryConflict.NONE || (this.term != null && began.isSupersededBy(this.term));
	}

	/**
	 * What is known of every node, for messages.
	 * @return one part for each node, separated by semicolons, without secrets
	 */
	public String describe() {
		String text = this.nodes.stream().map(NodeState::describe).collect(Collectors.joining("; "));
		return (this.conflict != PrimaryConflict.NONE) ? text + "; conflict " + this.conflict : text;
	}

	int indexOf(String id) {
		for (int i = 0; i < this.nodes.size(); i++) {
			if (this.nodes.get(i).id().equals(id)) {
				return i;
			}
		}
		throw new IllegalArgumentException("No node '" + id + "', only "
				+ this.nodes.stream().map(NodeState::id).collect(Collectors.joining(", ")));
	}

}
