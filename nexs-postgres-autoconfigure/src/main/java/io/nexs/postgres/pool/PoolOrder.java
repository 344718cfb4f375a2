package io.nexs.postgres.pool;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeIdentity;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import org.jspecify.annotations.Nullable;

/**
 * What a change of the cluster means for the open connections to a node.
 *
 * @param node the node
 * @param kind what to do
 * @param reason why, for the log
 * @param startedAt the start of the server whose connections stay, with
 * {@link Kind#ABORT_OTHERS}
 */
record PoolOrder(Node node, Kind kind, String reason, @Nullable Instant startedAt) {

	/**
	 * Reads the orders off an event.
	 * @param event the event
	 * @param topology the topology it led to
	 * @return the orders, none for most events
	 */
	static List<PoolOrder> of(ClusterEvent event, Topology topology) {
		if (event instanceof ClusterEvent.StatusChanged change && change.to() == NodeStatus.FENCED) {
			return List.of(abort(change.node(), "it is fenced"));
		}
		if (event instanceof ClusterEvent.RoleChanged change) {
			return of(change, topology);
		}
		if (event instanceof ClusterEvent.IdentityChanged change) {
			return List.of(replace(change, topology.node(change.node().id()).role()));
		}
		if (event instanceof ClusterEvent.NodeLost lost) {
			return List.of(abort(lost.node(), "it has not answered for " + lost.silence().toMillis() + " ms"));
		}
		NodeState primary = topology.primary();
		return (event instanceof ClusterEvent.PrimaryChanged && primary != null) ? deposed(topology, primary)
				: List.of();
	}

	/**
	 * Who waits on a lost primary waits for nothing once there is another one; until then
	 * it may come back.
	 */
	private static List<PoolOrder> of(ClusterEvent.RoleChanged change, Topology topology) {
		if (change.from() == NodeRole.PRIMARY && change.to() == NodeRole.REPLICA) {
			return List.of(new PoolOrder(change.node(), Kind.EMPTY, "it was demoted", null));
		}
		boolean lost = change.to() == NodeRole.UNKNOWN && (change.from() == NodeRole.REPLICA || topology.hasPrimary());
		return lost ? List.of(abort(change.node(), "it does not answer any more")) : List.of();
	}

	/**
	 * A server that was restarted has no session any more, and one that gave its place to
	 * a primary must not take writes. Reads on a replica that goes on elsewhere may end.
	 */
	private static PoolOrder replace(ClusterEvent.IdentityChanged change, NodeRole role) {
		if (change.endpoint() && role != NodeRole.PRIMARY) {
			return new PoolOrder(change.node(), Kind.EMPTY, "another server answers there", null);
		}
		return new PoolOrder(change.node(), Kind.ABORT_OTHERS, "they lead to the server before",
				change.to().startedAt());
	}

	/**
	 * A primary that was lost is none any more when the next one is seen. One in
	 * maintenance is never fenced, and neither is one on the timeline of the primary that
	 * a pin or maintenance has decided against. Work may be under way on all of them.
	 */
	private static List<PoolOrder> deposed(Topology topology, NodeState primary) {
		List<PoolOrder> orders = new ArrayList<>();
		for (NodeState state : topology.nodes()) {
			if (state.status() == NodeStatus.UNHEALTHY || isRival(state, primary)) {
				orders.add(abort(state.node(), primary.id() + " is primary now"));
			}
		}
		return orders;
	}

	private static boolean isRival(NodeState state, NodeState primary) {
		NodeIdentity identity = state.identity();
		boolean same = state == primary
				|| (identity != null && primary.identity() != null && identity.sameServer(primary.identity()));
		return switch (state.role()) {
			case PRIMARY -> !same && state.status() != NodeStatus.FENCED;
			case UNKNOWN -> state.status() == NodeStatus.MAINTENANCE;
			case REPLICA -> false;
		};
	}

	private static PoolOrder abort(Node node, String reason) {
		return new PoolOrder(node, Kind.ABORT, reason, null);
	}

	/**
	 * What to do.
	 */
	enum Kind {

		/**
		 * Close what is idle now and what is lent when it comes back.
		 */
		EMPTY,

		/**
		 * Close everything, also inside a call.
		 */
		ABORT,

		/**
		 * The same, but for the connections to one server.
		 */
		ABORT_OTHERS

	}

}
