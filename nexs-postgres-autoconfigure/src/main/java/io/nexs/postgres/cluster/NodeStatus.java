package io.nexs.postgres.cluster;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * How far a node can be relied on. The reducer allows only the moves of the from-to table
 * behind {@link #canBecome(NodeStatus)}.
 */
public enum NodeStatus {

	/**
	 * Answers its probes.
	 */
	HEALTHY,

	/**
	 * A probe failed or is late, or the node has never answered. It gets no new work.
	 */
	SUSPECT,

	/**
	 * As many probes failed as the failure threshold says, or the node belongs to another
	 * cluster. Its role is {@link NodeRole#UNKNOWN}.
	 */
	UNHEALTHY,

	/**
	 * Answers again, but not yet as often as the success threshold says.
	 */
	RECOVERING,

	/**
	 * Taken out of use by an operator, who alone ends it.
	 */
	MAINTENANCE,

	/**
	 * Writable on a timeline older than the newest one seen: a deposed primary. Never
	 * written to.
	 */
	FENCED;

	private static final Map<NodeStatus, Set<NodeStatus>> MOVES = Map.of(HEALTHY,
			EnumSet.of(SUSPECT, UNHEALTHY, MAINTENANCE, FENCED), SUSPECT,
			EnumSet.of(HEALTHY, UNHEALTHY, MAINTENANCE, FENCED), UNHEALTHY,
			EnumSet.of(HEALTHY, RECOVERING, MAINTENANCE, FENCED), RECOVERING,
			EnumSet.of(HEALTHY, UNHEALTHY, MAINTENANCE, FENCED), MAINTENANCE, EnumSet.of(RECOVERING, UNHEALTHY, FENCED),
			FENCED, EnumSet.of(RECOVERING, UNHEALTHY, MAINTENANCE));

	/**
	 * Tell whether the reducer may move a node from this status to another one.
	 * @param next the status to move to
	 * @return {@code true} when the move is allowed; staying is no move
	 */
	public boolean canBecome(NodeStatus next) {
		return MOVES.getOrDefault(this, Set.of()).contains(next);
	}

	/**
	 * Tell whether new work may be given to a node of this status.
	 * @return {@code true} for {@link #HEALTHY} and {@link #RECOVERING}
	 */
	public boolean takesWork() {
		return this == HEALTHY || this == RECOVERING;
	}

}
