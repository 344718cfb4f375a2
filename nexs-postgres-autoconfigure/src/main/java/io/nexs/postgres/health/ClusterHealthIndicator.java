package io.nexs.postgres.health;

import java.util.List;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.cluster.Term;
import io.nexs.postgres.cluster.Topology;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Health of the whole: up while there is a primary.
 */
final class ClusterHealthIndicator implements HealthIndicator {

	private final ClusterMonitor monitor;

	private final HealthSettings settings;

	ClusterHealthIndicator(ClusterMonitor monitor, HealthSettings settings) {
		this.monitor = monitor;
		this.settings = settings;
	}

	@Override
	public Health health() {
		Topology topology = this.monitor.topology();
		Health.Builder health = new Health.Builder(status(topology));
		NodeState primary = topology.primary();
		health.withDetail("primary", (primary != null) ? primary.id() : "none");
		Term term = topology.term();
		if (term != null) {
			health.withDetail("systemIdentifier", term.systemIdentifier()).withDetail("timeline", term.timeline());
		}
		health.withDetail("epoch", topology.epoch());
		health.withDetail("replicas", topology.nodes().stream().filter(NodeState::servesReads).count());
		if (topology.conflict() != PrimaryConflict.NONE) {
			health.withDetail("conflict", topology.conflict());
		}
		Node pinned = topology.pinned();
		if (pinned != null) {
			String problem = topology.pinProblem();
			health.withDetail("pinned", (problem != null) ? problem : pinned.id());
		}
		List<String> fenced = fenced(topology);
		if (!fenced.isEmpty()) {
			health.withDetail("fenced", fenced);
		}
		if (primary == null) {
			health.withDetail("nodes", topology.describe());
		}
		return health.build();
	}

	private static List<String> fenced(Topology topology) {
		return topology.nodes()
			.stream()
			.filter((state) -> state.status() == NodeStatus.FENCED)
			.map(NodeState::id)
			.toList();
	}

	/**
	 * Without a primary and without a replica nothing works, whatever is configured.
	 */
	private Status status(Topology topology) {
		if (topology.hasPrimary()) {
			return Status.UP;
		}
		return topology.nodes().stream().anyMatch(NodeState::servesReads) ? this.settings.noPrimary() : Status.DOWN;
	}

}
