package io.nexs.postgres.cluster;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one node at one moment. Immutable.
 *
 * @param node the node
 * @param role what PostgreSQL last said; kept while the node is suspect, unknown when it
 * is unhealthy
 * @param status how far the node can be relied on
 * @param timeline the timeline a writable node is on; 0 when unknown
 * @param lsn the flushed position of a primary, the replayed one of a replica
 * @param lagBytes bytes between the newest known position of the primary and the replayed
 * one; 0 on a primary, -1 when unknown
 * @param lagMillis for how many milliseconds the primary has been past the replayed
 * position; 0 on a primary and on a replica that has replayed all that is known, -1 when
 * unknown
 * @param latencyNanos round trip of the last probe that was answered, in nanoseconds; 0
 * before the first one
 * @param identity the server that answered last; {@code null} before the first answer
 * @param endpoint whether the address has led to different servers
 * @param lagging whether the lag is over both limits
 * @param followsOldTimeline whether the replica is known to follow a deposed primary
 * @param failures consecutive failed probes
 * @param successes consecutive answered probes
 * @param lastProbe when the last probe ended; {@code null} before the first one
 * @param lastError why the node is not used, with SQLSTATE and without secrets;
 * {@code null} when the last probe was answered
 */
public record NodeState(Node node, NodeRole role, NodeStatus status, int timeline, @Nullable Lsn lsn, long lagBytes,
		long lagMillis, long latencyNanos, @Nullable NodeIdentity identity, boolean endpoint, boolean lagging,
		boolean followsOldTimeline, int failures, int successes, @Nullable Instant lastProbe,
		@Nullable String lastError) {

	/**
	 * The state of a node that was never probed.
	 * @param node the node
	 * @return suspect, of unknown role
	 */
	static NodeState initial(Node node) {
		return new NodeState(node, NodeRole.UNKNOWN, NodeStatus.SUSPECT, 0, null, -1, -1, 0, null, false, false, false,
				0, 0, null, null);
	}

	/**
	 * The id of the node.
	 * @return the id
	 */
	public String id() {
		return this.node.id();
	}

	/**
	 * Tell whether reads that accept a replica may go here.
	 * @return {@code true} for a replica that takes work, is within a lag limit and is
	 * not known to follow a deposed primary
	 */
	public boolean servesReads() {
		return this.role == NodeRole.REPLICA && this.status.takesWork() && !this.lagging && !this.followsOldTimeline;
	}

	/**
	 * Whether it is writable and no operator said that it is not to be.
	 */
	boolean isClaimant() {
		return this.role == NodeRole.PRIMARY && this.status != NodeStatus.MAINTENANCE;
	}

	boolean isSameServer(NodeState other) {
		return this.identity != null && other.identity != null && this.identity.sameServer(other.identity);
	}

	/**
	 * One line for messages: id, address, role, status and what is wrong.
	 * @return the description, without secrets
	 */
	public String describe() {
		StringBuilder text = new StringBuilder(80);
		text.append(this.node.id()).append(' ').append(this.node.address()).append(' ');
		text.append(this.role).append(' ').append(this.status);
		if (this.lastError != null) {
			text.append(" (").append(this.lastError).append(')');
		}
		else if (this.lagging) {
			text.append(" (lags ").append(this.lagMillis).append(" ms, ").append(this.lagBytes).append(" bytes)");
		}
		else if (this.followsOldTimeline) {
			text.append(" (follows an old timeline)");
		}
		return text.toString();
	}

	/**
	 * Tell whether routing may decide differently on another state of the same node.
	 * @param other the state to compare with
	 * @return {@code true} when only measurements differ
	 */
	boolean routesLike(NodeState other) {
		return this.role == other.role && this.status == other.status && this.timeline == other.timeline
				&& this.endpoint == other.endpoint && this.lagging == other.lagging
				&& this.followsOldTimeline == other.followsOldTimeline && Objects.equals(this.identity, other.identity);
	}

}
