package io.nexs.postgres.routing;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * What of routing can be changed while the application runs. Immutable.
 *
 * @param preference where read-only work goes that does not say otherwise
 * @param balancer chooses among replicas
 * @param kind kind of the balancer, or {@code null} for one of the application
 * @param weights share of reads of each node, by its id
 */
public record RoutingRules(ReadPreference preference, Balancer balancer, @Nullable BalancerKind kind,
		Map<String, Integer> weights) {

	public RoutingRules {
		weights = Map.copyOf(weights);
	}

	/**
	 * The name of the balancer: that of its kind, or of its class.
	 * @return text for people
	 */
	public String balancerName() {
		return (this.kind != null) ? this.kind.key() : this.balancer.getClass().getSimpleName();
	}

	RoutingRules with(ReadPreference newPreference) {
		return new RoutingRules(newPreference, this.balancer, this.kind, this.weights);
	}

	RoutingRules with(BalancerKind newKind) {
		return (newKind == this.kind) ? this
				: new RoutingRules(this.preference, newKind.create(), newKind, this.weights);
	}

	RoutingRules with(Map<String, Integer> newWeights) {
		return new RoutingRules(this.preference, this.balancer, this.kind, newWeights);
	}

	@Override
	public String toString() {
		return "reads " + this.preference + ", balancer " + balancerName() + ", weights " + new TreeMap<>(this.weights);
	}

}
