package io.nexs.postgres.cluster;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A change between two topologies. Events of one transition come in the order of the
 * nodes, those of the whole cluster last.
 */
public sealed interface ClusterEvent {

	/**
	 * One line for people.
	 * @param topology the topology the event led to
	 * @return the text, without secrets
	 */
	default String describe(Topology topology) {
		return TopologyLog.text(topology, this);
	}

	/**
	 * PostgreSQL says something else about a node's role than before, or nothing any
	 * more.
	 *
	 * @param node the node
	 * @param from the previous role
	 * @param to the role now
	 */
	record RoleChanged(Node node, NodeRole from, NodeRole to) implements ClusterEvent {
	}

	/**
	 * A node moved to another status.
	 *
	 * @param node the node
	 * @param from the previous status
	 * @param to the status now
	 * @param reason why, without secrets; {@code null} when the node answers
	 */
	record StatusChanged(Node node, NodeStatus from, NodeStatus to, @Nullable String reason) implements ClusterEvent {
	}

	/**
	 * Another server answers at a node's address, or the same one after a restart: its
	 * open connections are of no use.
	 *
	 * @param node the node
	 * @param from the server before
	 * @param to the server now
	 * @param endpoint whether it is another server, not the same one restarted
	 */
	record IdentityChanged(Node node, NodeIdentity from, NodeIdentity to, boolean endpoint) implements ClusterEvent {
	}

	/**
	 * A node has answered nothing on any connection for the longest time that is waited
	 * for it. All its connections are aborted, also without another primary.
	 *
	 * @param node the node
	 * @param silence for how long there was no answer
	 */
	record NodeLost(Node node, Duration silence) implements ClusterEvent {
	}

	/**
	 * Writes go elsewhere, nowhere, or to the same node in a new term.
	 *
	 * @param from the primary before; {@code null} when there was none
	 * @param to the primary now; {@code null} when there is none
	 * @param term the newest term seen
	 */
	record PrimaryChanged(@Nullable Node from, @Nullable Node to, @Nullable Term term) implements ClusterEvent {
	}

	/**
	 * Several nodes are writable and none of them may be written to.
	 *
	 * @param conflict the kind
	 * @param nodes the writable nodes
	 */
	record ConflictDetected(PrimaryConflict conflict, List<Node> nodes) implements ClusterEvent {
	}

	/**
	 * A conflict is over.
	 *
	 * @param conflict the kind it was of
	 */
	record ConflictResolved(PrimaryConflict conflict) implements ClusterEvent {
	}

	/**
	 * An operator pinned the primary, or took the pin back.
	 *
	 * @param from the node writes were pinned to; {@code null} when there was none
	 * @param to the node they are pinned to now; {@code null} when there is none
	 */
	record PinChanged(@Nullable Node from, @Nullable Node to) implements ClusterEvent {
	}

}
