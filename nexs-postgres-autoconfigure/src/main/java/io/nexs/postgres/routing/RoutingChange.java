package io.nexs.postgres.routing;

import org.jspecify.annotations.Nullable;

/**
 * An order for {@link RoutingControl}: what is {@code null} stays as it is. Immutable.
 *
 * @param preference where read-only work goes that does not say otherwise
 * @param balancer chooses among replicas
 * @param weight share of reads
 * @param maxConns most connections a pool opens
 * @param minConns idle connections a pool keeps
 */
public record RoutingChange(@Nullable ReadPreference preference, @Nullable BalancerKind balancer,
		@Nullable Integer weight, @Nullable Integer maxConns, @Nullable Integer minConns) {

	/**
	 * Nothing changes.
	 */
	public static final RoutingChange NONE = new RoutingChange(null, null, null, null, null);

	public RoutingChange withPreference(ReadPreference preference) {
		return new RoutingChange(preference, this.balancer, this.weight, this.maxConns, this.minConns);
	}

	public RoutingChange withBalancer(BalancerKind balancer) {
		return new RoutingChange(this.preference, balancer, this.weight, this.maxConns, this.minConns);
	}

	public RoutingChange withWeight(int weight) {
		return new RoutingChange(this.preference, this.balancer, weight, this.maxConns, this.minConns);
	}

	public RoutingChange withMaxConns(int maxConns) {
		return new RoutingChange(this.preference, this.balancer, this.weight, maxConns, this.minConns);
	}

	public RoutingChange withMinConns(int minConns) {
		return new RoutingChange(this.preference, this.balancer, this.weight, this.maxConns, minConns);
	}

	boolean resizes() {
		return this.maxConns != null || this.minConns != null;
	}

}
