package io.nexs.postgres.cluster;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes every event to the log of {@link ClusterMonitor}, once.
 */
final class TopologyLog implements TopologyListener {

	private static final Logger logger = LoggerFactory.getLogger(ClusterMonitor.class);

	@Override
	public void topologyChanged(Topology topology, List<ClusterEvent> events) {
		for (ClusterEvent event : events) {
			String text = text(topology, event);
			if (isRepetition(event)) {
				logger.debug(text);
			}
			else if (isBad(event)) {
				logger.warn(text);
			}
			else {
				logger.info(text);
			}
		}
	}

	static String text(Topology topology, ClusterEvent event) {
		if (event instanceof ClusterEvent.StatusChanged change) {
			NodeRole role = topology.node(change.node().id()).role();
			String move = change.node() + ((role != NodeRole.UNKNOWN) ? " " + role : "") + " " + change.from() + " -> "
					+ change.to();
			return (change.reason() != null) ? move + ": " + change.reason() : move;
		}
		if (event instanceof ClusterEvent.RoleChanged change) {
			return change.node() + " " + change.from() + " -> " + change.to();
		}
		if (event instanceof ClusterEvent.IdentityChanged change) {
			return change.node() + (change.endpoint() ? " now leads to another server, started " : " was restarted at ")
					+ change.to().startedAt();
		}
		if (event instanceof ClusterEvent.NodeLost lost) {
			return lost.node() + " is given up: no answer on any connection for " + lost.silence().toMillis() + " ms";
		}
		if (event instanceof ClusterEvent.PrimaryChanged change) {
			return "Primary " + name(change.from()) + " -> " + name(change.to())
					+ ((change.term() != null) ? ", timeline " + change.term().timeline() : "");
		}
		if (event instanceof ClusterEvent.ConflictDetected change) {
			return "No writes: several writable nodes (" + change.conflict() + "): " + change.nodes();
		}
		if (event instanceof ClusterEvent.PinChanged change) {
			return (change.to() != null) ? "Writes are pinned to " + change.to()
					: "Writes are no longer pinned to " + name(change.from());
		}
		return "The conflict of writable nodes is over";
	}

	/**
	 * A role is forgotten only together with a change of status, which says why.
	 */
	private static boolean isRepetition(ClusterEvent event) {
		return event instanceof ClusterEvent.RoleChanged change && change.to() == NodeRole.UNKNOWN;
	}

	private static boolean isBad(ClusterEvent event) {
		if (event instanceof ClusterEvent.StatusChanged change) {
			return !change.to().takesWork() && change.to() != NodeStatus.MAINTENANCE;
		}
		return event instanceof ClusterEvent.ConflictDetected || event instanceof ClusterEvent.NodeLost
				|| (event instanceof ClusterEvent.PrimaryChanged change && change.to() == null);
	}

	private static Object name(@Nullable Node node) {
		return (node != null) ? node : "none";
	}

}
