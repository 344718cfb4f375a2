package io.nexs.postgres.health;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.pool.ConnectionBudget;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.safety.SafetyMonitor;
import io.nexs.postgres.server.ServerMonitor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.Status;

/**
 * Health of {@code db}: one contributor per node, by its id, one named {@value #CLUSTER}
 * for the whole, and on request those for safety and deep checks. All of them read the
 * topology that is there and the figures of the pools; none does I/O. Thread-safe.
 * <p>
 * A node that is not in use says {@link #DEGRADED}, which Boot's order of severity does
 * not know, so that it does not count: what a lost node means for the application is
 * decided by the contributor of the whole.
 */
public final class ClusterHealthContributor implements CompositeHealthContributor {

	/**
	 * Name of the contributor of the whole; no node may have it as its id.
	 */
	public static final String CLUSTER = "cluster";

	/**
	 * A node that is not in use, or a cluster that serves reads only. Maps to HTTP 200.
	 */
	public static final Status DEGRADED = new Status("DEGRADED");

	/**
	 * Name of the contributor of the safety monitor; no node may have it as its id.
	 */
	public static final String SAFETY = "safety";

	/**
	 * Name of the contributor of the deep checks; no node may have it as its id.
	 */
	public static final String DEEP = "deep";

	private final Map<String, HealthContributor> contributors = new LinkedHashMap<>();

	/**
	 * Creates the contributors.
	 * @param monitor knows the nodes
	 * @param pools their pools
	 * @param budget what the servers have room for
	 * @param settings what counts as what
	 */
	public ClusterHealthContributor(ClusterMonitor monitor, NodePools pools, ConnectionBudget budget,
			HealthSettings settings) {
		this.contributors.put(CLUSTER, new ClusterHealthIndicator(monitor, settings));
		for (NodePool pool : pools.all()) {
			Node node = pool.node();
			this.contributors.put(node.id(), new NodeHealthIndicator(monitor, pool, budget, settings));
		}
	}

	/**
	 * Adds the findings of the safety monitor.
	 * @param monitor the monitor
	 * @return this
	 */
	public ClusterHealthContributor with(SafetyMonitor monitor) {
		this.contributors.put(SAFETY, new SafetyHealthIndicator(monitor));
		return this;
	}

	/**
	 * Adds the deep checks.
	 * @param monitor knows the figures of the servers
	 * @param settings when a figure is a problem
	 * @return this
	 */
	public ClusterHealthContributor with(ServerMonitor monitor, DeepHealthSettings settings) {
		this.contributors.put(DEEP, new DeepHealthIndicator(monitor, settings));
		return this;
	}

	@Override
	public @Nullable HealthContributor getContributor(String name) {
		return this.contributors.get(name);
	}

	@Override
	public Stream<HealthContributors.Entry> stream() {
		return this.contributors.entrySet()
			.stream()
			.map((entry) -> new HealthContributors.Entry(entry.getKey(), entry.getValue()));
	}

}
