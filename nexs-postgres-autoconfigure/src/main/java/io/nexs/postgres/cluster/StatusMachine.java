package io.nexs.postgres.cluster;

/**
 * How the status of one node follows from its probes. The moves it makes are those of
 * {@link NodeStatus#canBecome(NodeStatus)}.
 */
final class StatusMachine {

	private final MonitorSettings settings;

	StatusMachine(MonitorSettings settings) {
		this.settings = settings;
	}

	void failed(NodeDraft node) {
		boolean lost = node.failures >= this.settings.failureThreshold();
		node.status = switch (node.status) {
			case HEALTHY, SUSPECT -> lost ? NodeStatus.UNHEALTHY : NodeStatus.SUSPECT;
			case RECOVERING, UNHEALTHY -> NodeStatus.UNHEALTHY;
			case FENCED -> lost ? NodeStatus.UNHEALTHY : NodeStatus.FENCED;
			case MAINTENANCE -> NodeStatus.MAINTENANCE;
		};
		if (lost || node.status == NodeStatus.UNHEALTHY) {
			node.forgetRole();
		}
	}

	void late(NodeDraft node, Observation.ProbeLate late) {
		if (node.status == NodeStatus.HEALTHY) {
			node.status = NodeStatus.SUSPECT;
			node.silent = true;
			node.lastError = "no answer for " + late.waitedNanos() / 1_000_000 + " ms";
		}
	}

	/**
	 * Traffic was answered: silence on the probe's own connection says nothing.
	 * @param node the node
	 */
	void heard(NodeDraft node) {
		if (node.status == NodeStatus.SUSPECT && node.silent && node.role != NodeRole.UNKNOWN) {
			node.status = NodeStatus.HEALTHY;
			node.excuse();
		}
	}

	/**
	 * Nobody has heard of the node for too long.
	 * @param node the node
	 * @param silence for how long
	 */
	void lost(NodeDraft node, Observation.NodeSilent silence) {
		node.silent = false;
		node.forgetRole();
		if (node.status != NodeStatus.MAINTENANCE) {
			node.status = NodeStatus.UNHEALTHY;
		}
		node.lastError = "no answer on any connection for " + silence.silentNanos() / 1_000_000 + " ms";
	}

	void maintenance(NodeDraft node, boolean on) {
		if (on) {
			node.status = NodeStatus.MAINTENANCE;
		}
		else if (node.status == NodeStatus.MAINTENANCE) {
			node.successes = 0;
			node.status = (node.role == NodeRole.UNKNOWN) ? NodeStatus.UNHEALTHY : NodeStatus.RECOVERING;
		}
	}

	/**
	 * The node answered and belongs to the cluster.
	 * @param node the node
	 */
	void answered(NodeDraft node) {
		if (node.status == NodeStatus.UNHEALTHY || node.status == NodeStatus.FENCED) {
			node.successes = 1;
		}
		node.status = switch (node.status) {
			case HEALTHY, SUSPECT -> NodeStatus.HEALTHY;
			case FENCED -> NodeStatus.RECOVERING;
			case UNHEALTHY, RECOVERING -> recovered(node);
			case MAINTENANCE -> NodeStatus.MAINTENANCE;
		};
	}

	void fenced(NodeDraft node, Term term) {
		if (node.status != NodeStatus.MAINTENANCE) {
			node.status = NodeStatus.FENCED;
			node.lastError = "writable on timeline " + node.timeline() + ", older than " + term.timeline();
		}
	}

	void foreign(NodeDraft node, SystemChoice system) {
		node.lastError = "system identifier " + node.systemIdentifier() + " is not the cluster's "
				+ system.identifier();
		node.forgetRole();
		if (node.status != NodeStatus.MAINTENANCE) {
			node.status = NodeStatus.UNHEALTHY;
		}
	}

	private NodeStatus recovered(NodeDraft node) {
		return (node.successes >= this.settings.successThreshold()) ? NodeStatus.HEALTHY : NodeStatus.RECOVERING;
	}

}
