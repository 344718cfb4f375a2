package io.nexs.postgres.failover;

import java.time.Duration;
import java.util.List;

import io.nexs.postgres.cluster.Node;

/**
 * Something an operator wants to know of. Each is told once, when it happens, and is
 * published as an application event beside those of
 * {@link io.nexs.postgres.cluster.ClusterEvent}.
 */
public sealed interface FailoverEvent {

	/**
	 * One line for people.
	 * @return the text, without secrets
	 */
	String describe();

	/**
	 * The primary was lost; writes wait from now on.
	 *
	 * @param node the node that was the primary
	 * @param reason what is wrong with it, without secrets
	 * @param detection time since its last good answer
	 */
	record FailoverStarted(Node node, String reason, Duration detection) implements FailoverEvent {

		@Override
		public String describe() {
			return "Primary " + this.node + " lost " + this.detection.toMillis() + " ms after its last answer: "
					+ this.reason;
		}

	}

	/**
	 * There is a primary again, and no write waits any more.
	 *
	 * @param failover what happened and how long it took
	 */
	record FailoverCompleted(FailoverRecord failover) implements FailoverEvent {

		@Override
		public String describe() {
			return this.failover.describe();
		}

	}

	/**
	 * There has been no primary for as long as a write waits. A primary may still come.
	 *
	 * @param failover what happened so far
	 */
	record FailoverFailed(FailoverRecord failover) implements FailoverEvent {

		@Override
		public String describe() {
			return "No primary since " + this.failover.lostAt() + ": writes give up; " + this.failover.timedOut()
					+ " waited in vain so far";
		}

	}

	/**
	 * The state of the whole changed.
	 *
	 * @param from the state before
	 * @param to the state now
	 */
	record StateChanged(FailoverState from, FailoverState to) implements FailoverEvent {

		@Override
		public String describe() {
			return "Writes " + this.from + " -> " + this.to;
		}

	}

	/**
	 * A node is writable but deposed. It gets nothing, and its connections are aborted.
	 *
	 * @param node the node
	 * @param reason by what, without secrets
	 */
	record NodeFenced(Node node, String reason) implements FailoverEvent {

		@Override
		public String describe() {
			return this.node + " is fenced: " + this.reason;
		}

	}

	/**
	 * A node answers its probes much slower than usual. Nothing is decided by that.
	 *
	 * @param node the node
	 * @param latest its round trip now
	 * @param usual its usual one
	 */
	record NodeSlow(Node node, Duration latest, Duration usual) implements FailoverEvent {

		@Override
		public String describe() {
			return this.node + " answers in " + this.latest.toMillis() + " ms, usually in "
					+ this.usual.toNanos() / 1000 + " us";
		}

	}

	/**
	 * A node that was slow is as usual again.
	 *
	 * @param node the node
	 * @param latest its round trip now
	 */
	record NodeFastAgain(Node node, Duration latest) implements FailoverEvent {

		@Override
		public String describe() {
			return this.node + " is as fast as usual again: " + this.latest.toNanos() / 1000 + " us";
		}

	}

	/**
	 * An operator took a node out of use.
	 *
	 * @param node the node
	 */
	record MaintenanceBegan(Node node) implements FailoverEvent {

		@Override
		public String describe() {
			return "Maintenance of " + this.node + " began";
		}

	}

	/**
	 * An operator gave a node back, or it was fenced meanwhile.
	 *
	 * @param node the node
	 */
	record MaintenanceEnded(Node node) implements FailoverEvent {

		@Override
		public String describe() {
			return "Maintenance of " + this.node + " ended";
		}

	}

	/**
	 * The last replica that served reads serves none any more: reads that may go to the
	 * primary do so from now on. Told once, not for each read.
	 *
	 * @param replicas the nodes that are not the primary
	 */
	record ReadFallbackBegan(List<Node> replicas) implements FailoverEvent {

		@Override
		public String describe() {
			return "No replica serves reads any more: " + this.replicas;
		}

	}

	/**
	 * A replica serves reads again.
	 *
	 * @param replicas the replicas that do
	 */
	record ReadFallbackEnded(List<Node> replicas) implements FailoverEvent {

		@Override
		public String describe() {
			return "Replicas serve reads again: " + this.replicas;
		}

	}

}
