package io.nexs.postgres.routing;

import java.util.Locale;
import java.util.function.Supplier;

/**
 * How one of several nodes that may serve a read is chosen.
 */
public enum BalancerKind {

	/** One after the other. */
	ROUND_ROBIN(RoundRobin::new),

	/** Any, with equal chances. */
	RANDOM(RandomChoice::new),

	/** In proportion to the weights, evenly spread. */
	WEIGHTED(SmoothWeighted::new),

	/** The faster of two taken at random. */
	LATENCY(PeakEwma::new),

	/** The one with the fewest connections in use. */
	LEAST_CONNECTIONS(LeastConnections::new);

	private final Supplier<Balancer> factory;

	BalancerKind(Supplier<Balancer> factory) {
		this.factory = factory;
	}

	/**
	 * A balancer of this kind.
	 * @return a new one
	 */
	public Balancer create() {
		return this.factory.get();
	}

	/**
	 * The name in keys: {@code round-robin}.
	 * @return the name
	 */
	public String key() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
