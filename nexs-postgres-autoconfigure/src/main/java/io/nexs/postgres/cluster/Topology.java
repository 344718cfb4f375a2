package io.nexs.postgres.cluster;

import java.util.List;
import java.util.Locale;
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
 * @param pinned the only node that may be the primary; {@code null} when none is pinned
 */
public record Topology(long epoch, List<NodeState> nodes, @Nullable NodeState primary, @Nullable Term term,
		PrimaryConflict conflict, @Nullable Node pinned) {

	public Topology {
		nodes = List.copyOf(nodes);
	}

	/**
	 * A topology in which no node is pinned.
	 * @param epoch the number of the topology
	 * @param nodes one state for each configured node
	 * @param primary the node writes may go to
	 * @param term the newest term seen
	 * @param conflict why there is no primary
	 */
	public Topology(long epoch, List<NodeState> nodes, @Nullable NodeState primary, @Nullable Term term,
			PrimaryConflict conflict) {
		this(epoch, nodes, primary, term, conflict, null);
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
	 * @param began the term its transaction began in; {@code null} if none was known
	 * @param node where it was said
	 * @return {@code true} in a conflict, when a later term has begun, or when another
	 * server is writable that may be right: one on the same timeline, or on a newer one
	 * that is no term yet
	 */
	public boolean doubts(@Nullable Term began, Node node) {
		if (this.conflict != PrimaryConflict.NONE) {
			return true;
		}
		if (began == null || node.equals(this.pinned)) {
			return began != null && this.term != null && began.isSupersededBy(this.term);
		}
		if (this.term != null && began.isSupersededBy(this.term)) {
			return true;
		}
		for (int i = 0; i < this.nodes.size(); i++) {
			NodeState other = this.nodes.get(i);
			if (other.isClaimant() && other.timeline() >= began.timeline() && other.node() != node
					&& isRival(other, node(node.id()))) {
				return true;
			}
		}
		return false;
	}

	private static boolean isRival(NodeState other, NodeState here) {
		return other != here && !other.isSameServer(here);
	}

	/**
	 * What is known of every node, for messages.
	 * @return one part for each node, separated by semicolons, without secrets
	 */
	public String describe() {
		String text = this.nodes.stream().map(NodeState::describe).collect(Collectors.joining("; "));
		String pin = pinProblem();
		text = (pin != null) ? text + "; " + pin : text;
		return (this.conflict != PrimaryConflict.NONE) ? text + "; conflict " + this.conflict : text;
	}

	/**
	 * Why the pinned node is not the primary, and what to do.
	 * @return the text, without secrets; {@code null} when no node is pinned or it is the
	 * primary
	 */
	public @Nullable String pinProblem() {
		if (this.pinned == null || this.primary != null) {
			return null;
		}
		NodeState state = node(this.pinned.id());
		String what = "pinned to " + state.id() + ", which is " + state.status().name().toLowerCase(Locale.ROOT);
		String newer = this.nodes.stream()
			.filter((node) -> node.role() == NodeRole.PRIMARY && node.timeline() > state.timeline())
			.map(NodeState::id)
			.collect(Collectors.joining(", "));
		if (!newer.isEmpty()) {
			return what + ": newer timeline on " + newer + "; unpin";
		}
		return what + ((state.lastError() != null) ? ": " + state.lastError() : ", a " + state.role())
				+ "; unpin to let another node take writes";
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
