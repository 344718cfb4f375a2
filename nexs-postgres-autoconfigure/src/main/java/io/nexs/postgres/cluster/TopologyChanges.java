package io.nexs.postgres.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The difference between two topologies, as events.
 */
final class TopologyChanges {

	private TopologyChanges() {
	}

	static List<ClusterEvent> between(Topology before, Topology after, List<NodeDraft> rivals) {
		List<ClusterEvent> events = new ArrayList<>();
		for (int i = 0; i < after.nodes().size(); i++) {
			addNodeEvents(events, before.nodes().get(i), after.nodes().get(i));
		}
		if (!Objects.equals(before.pinned(), after.pinned())) {
			events.add(new ClusterEvent.PinChanged(before.pinned(), after.pinned()));
		}
		if (primaryChanged(before, after)) {
			events.add(new ClusterEvent.PrimaryChanged(node(before.primary()), node(after.primary()), after.term()));
		}
		if (before.conflict() != after.conflict()) {
			if (before.conflict() != PrimaryConflict.NONE) {
				events.add(new ClusterEvent.ConflictResolved(before.conflict()));
			}
			if (after.conflict() != PrimaryConflict.NONE) {
				events.add(new ClusterEvent.ConflictDetected(after.conflict(),
						rivals.stream().map((rival) -> rival.before.node()).toList()));
			}
		}
		return List.copyOf(events);
	}

	/**
	 * Tell whether two topologies differ in measurements only.
	 * @param before the one
	 * @param after the other
	 * @return {@code true} when routing decides alike on both
	 */
	static boolean routesAlike(Topology before, Topology after) {
		for (int i = 0; i < after.nodes().size(); i++) {
			if (!before.nodes().get(i).routesLike(after.nodes().get(i))) {
				return false;
			}
		}
		return !primaryChanged(before, after) && before.conflict() == after.conflict()
				&& Objects.equals(before.term(), after.term()) && Objects.equals(before.pinned(), after.pinned());
	}

	private static void addNodeEvents(List<ClusterEvent> events, NodeState before, NodeState after) {
		NodeIdentity was = before.identity();
		NodeIdentity is = after.identity();
		if (was != null && is != null && !is.sameServer(was)) {
			events.add(new ClusterEvent.IdentityChanged(after.node(), was, is, is.movedFrom(was)));
		}
		if (before.role() != after.role()) {
			events.add(new ClusterEvent.RoleChanged(after.node(), before.role(), after.role()));
		}
		if (before.status() != after.status()) {
			events
				.add(new ClusterEvent.StatusChanged(after.node(), before.status(), after.status(), after.lastError()));
		}
	}

	private static boolean primaryChanged(Topology before, Topology after) {
		Node from = node(before.primary());
		Node to = node(after.primary());
		return !Objects.equals(from, to) || (to != null && !Objects.equals(before.term(), after.term()));
	}

	private static @Nullable Node node(@Nullable NodeState state) {
		return (state != null) ? state.node() : null;
	}

}
