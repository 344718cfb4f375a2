package io.nexs.postgres.cluster;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Which writable node is the primary, and which term it is. It elects nobody: it reads
 * off whom PostgreSQL's timelines name.
 */
final class PrimaryElection {

	private final ConflictPolicy policy;

	PrimaryElection(ConflictPolicy policy) {
		this.policy = policy;
	}

	/**
	 * The newest term. With {@link ConflictPolicy#REFUSE} a term begins only when a
	 * single server is writable, so that a promotion that was refused and undone leaves
	 * no trace.
	 * @param nodes the nodes, foreign ones without a role
	 * @param system the cluster's system identifier
	 * @param known the newest term so far
	 * @param pinned the only node that may be the primary, or {@code null}
	 * @return the newest term, {@code null} when there was never one
	 */
	@Nullable Term term(List<NodeDraft> nodes, SystemChoice system, @Nullable Term known, @Nullable Node pinned) {
		int timeline = (known != null) ? known.timeline() : 0;
		if (this.policy == ConflictPolicy.NEWEST_TIMELINE || claimants(nodes).size() < 2
				|| (pinned != null && mayLead(nodes, draft(nodes, pinned), timeline))) {
			for (NodeDraft node : nodes) {
				if (node.role == NodeRole.PRIMARY) {
					timeline = Math.max(timeline, node.timeline());
				}
			}
		}
		return (timeline > 0) ? new Term(system.identifier(), timeline) : null;
	}

	/**
	 * The primary.
	 * @param nodes the nodes, with their statuses
	 * @param term the newest term
	 * @param pinned the only node that may be the primary, or {@code null}
	 * @return the outcome
	 */
	Result elect(List<NodeDraft> nodes, @Nullable Term term, @Nullable Node pinned) {
		if (pinned != null) {
			return elected(nodes, term, draft(nodes, pinned));
		}
		List<NodeDraft> claimants = claimants(nodes);
		int highest = (term != null) ? term.timeline() : 0;
		for (NodeDraft claimant : claimants) {
			highest = Math.max(highest, claimant.timeline());
		}
		List<NodeDraft> newest = onTimeline(claimants, highest);
		if (newest.size() > 1) {
			return new Result(null, PrimaryConflict.SAME_TIMELINE, newest);
		}
		if (claimants.size() > 1 && this.policy == ConflictPolicy.REFUSE) {
			return new Result(null, PrimaryConflict.REFUSED, claimants);
		}
		NodeDraft primary = newest.isEmpty() ? null : usable(nodes, newest.get(0));
		return new Result(primary, PrimaryConflict.NONE, List.of());
	}

	/**
	 * The pinned node is the primary if it could be one among its rivals; nothing that is
	 * on an older timeline than a rival could.
	 */
	private Result elected(List<NodeDraft> nodes, @Nullable Term term, NodeDraft pinned) {
		if (pinned.status.takesWork() && mayLead(nodes, pinned, (term != null) ? term.timeline() : 0)) {
			return new Result(pinned, PrimaryConflict.NONE, List.of());
		}
		List<NodeDraft> others = claimants(nodes).stream()
			.filter((node) -> node != pinned && !node.sameServer(pinned))
			.toList();
		return new Result(null, others.isEmpty() ? PrimaryConflict.NONE : PrimaryConflict.PINNED, others);
	}

	private boolean mayLead(List<NodeDraft> nodes, NodeDraft node, int timeline) {
		return node.role == NodeRole.PRIMARY && node.timeline() >= timeline
				&& claimants(nodes).stream().allMatch((rival) -> rival.timeline() <= node.timeline());
	}

	private static NodeDraft draft(List<NodeDraft> nodes, Node node) {
		return nodes.stream().filter((draft) -> draft.before.node().equals(node)).findFirst().orElseThrow();
	}

	/**
	 * The different servers that are writable. A suspect one still counts, it may be
	 * alive; a server configured under two addresses counts once.
	 */
	private List<NodeDraft> claimants(List<NodeDraft> nodes) {
		List<NodeDraft> claimants = new ArrayList<>();
		for (NodeDraft node : nodes) {
			if (node.role == NodeRole.PRIMARY && node.status != NodeStatus.MAINTENANCE
					&& claimants.stream().noneMatch(node::sameServer)) {
				claimants.add(node);
			}
		}
		return claimants;
	}

	private static List<NodeDraft> onTimeline(List<NodeDraft> nodes, int timeline) {
		return nodes.stream().filter((node) -> node.timeline() == timeline).toList();
	}

	private @Nullable NodeDraft usable(List<NodeDraft> nodes, NodeDraft claimant) {
		for (NodeDraft node : nodes) {
			if (node.role == NodeRole.PRIMARY && node.status.takesWork()
					&& (node == claimant || node.sameServer(claimant))) {
				return node;
			}
		}
		return null;
	}

	/**
	 * The outcome.
	 *
	 * @param primary the node writes may go to
	 * @param conflict why there is none
	 * @param rivals the nodes in conflict
	 */
	record Result(@Nullable NodeDraft primary, PrimaryConflict conflict, List<NodeDraft> rivals) {

	}

}
