package io.nexs.postgres.health;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.pool.ConnectionBudget;
import io.nexs.postgres.pool.NodeBudget;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.PoolSnapshot;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Health of one node: up while it takes work.
 */
final class NodeHealthIndicator implements HealthIndicator {

	private static final double NANOS_PER_MICRO = 1000.0;

	private final ClusterMonitor monitor;

	private final NodePool pool;

	private final ConnectionBudget budget;

	private final HealthSettings settings;

	NodeHealthIndicator(ClusterMonitor monitor, NodePool pool, ConnectionBudget budget, HealthSettings settings) {
		this.monitor = monitor;
		this.pool = pool;
		this.budget = budget;
		this.settings = settings;
	}

	@Override
	public Health health() {
		NodeState state = this.monitor.topology().node(this.pool.node().id());
		Health.Builder health = new Health.Builder(
				state.status().takesWork() ? Status.UP : ClusterHealthContributor.DEGRADED);
		health.withDetail("address", state.node().address().toString());
		health.withDetail("role", state.role());
		health.withDetail("status", state.status());
		measurements(state, health);
		if (state.lagging()) {
			health.withDetail("lagging", true);
		}
		if (state.followsOldTimeline()) {
			health.withDetail("followsOldTimeline", true);
		}
		health.withDetail("endpoint", state.endpoint());
		if (state.lastError() != null) {
			health.withDetail("error", state.lastError());
		}
		Instant certificate = this.pool.certificateExpiry();
		if (certificate != null) {
			health.withDetail("certificateDaysLeft", Duration.between(Instant.now(), certificate).toDays());
		}
		NodeBudget known = this.budget.of(state.id());
		if (known != null) {
			health.withDetail("budget", budget(known));
		}
		return health.withDetail("pool", pool()).build();
	}

	/**
	 * What is not known is left out.
	 */
	private void measurements(NodeState state, Health.Builder health) {
		if (state.timeline() > 0) {
			health.withDetail("timeline", state.timeline());
		}
		if (state.lagBytes() >= 0) {
			health.withDetail("lagBytes", state.lagBytes());
		}
		if (state.lagMillis() >= 0) {
			health.withDetail("lagMillis", state.lagMillis());
		}
		if (state.latencyNanos() > 0) {
			health.withDetail("latencyMillis", Math.round(state.latencyNanos() / NANOS_PER_MICRO) / 1000.0);
		}
		if (state.lastProbe() != null) {
			health.withDetail("lastProbe", state.lastProbe().toString());
		}
	}

	private static Map<String, Object> budget(NodeBudget budget) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("needed", budget.needed());
		details.put("available", budget.limits().available());
		details.put("exceeded", budget.isExceeded());
		return details;
	}

	private Map<String, Object> pool() {
		PoolSnapshot snapshot = this.pool.snapshot();
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("active", snapshot.active());
		details.put("idle", snapshot.idle());
		details.put("total", snapshot.total());
		details.put("max", snapshot.max());
		details.put("waiting", snapshot.waiting());
		if (!Double.isNaN(snapshot.efficiency())) {
			details.put("efficiency", snapshot.efficiency());
		}
		details.put("saturated", snapshot.saturation() >= this.settings.saturationThreshold());
		return details;
	}

}
