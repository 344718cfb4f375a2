package io.nexs.postgres.routing;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/**
 * The rules of the read preferences: from a table to a node and a reason. Thread-safe.
 */
final class ReadChoice {

	/**
	 * One read of this many includes the replicas that have just come back.
	 */
	private static final int RECOVERING_SHARE = 8;

	private final Balancer nearest = new Nearest();

	private final int maxFallbacks;

	ReadChoice(int maxFallbacks) {
		this.maxFallbacks = maxFallbacks;
	}

	/**
	 * Chooses a node.
	 * @param excluded bits of nodes that failed this caller already
	 * @return the way, or {@code null} when no node may serve the read now
	 */
	@Nullable Way choose(RoutingTable table, ReadPreference preference, Set<String> tags, long excluded) {
		return switch (preference) {
			case PRIMARY -> primary(table, RouteReason.PREFERENCE_PRIMARY, excluded);
			case PRIMARY_PREFERRED -> {
				Way primary = primary(table, RouteReason.PREFERENCE_PRIMARY, excluded);
				yield (primary != null) ? primary : replica(table, RouteReason.FALLBACK_TO_REPLICA, tags, excluded);
			}
			case SECONDARY -> replica(table, RouteReason.READ_ONLY, tags, excluded);
			case SECONDARY_PREFERRED -> {
				Way replica = replica(table, RouteReason.READ_ONLY, tags, excluded);
				yield (replica != null) ? replica : fallback(table, excluded);
			}
			case NEAREST -> decide(table, this.nearest, narrow(table.nearest(), tags, excluded), RouteReason.NEAREST);
		};
	}

	private static @Nullable Way primary(RoutingTable table, RouteReason reason, long excluded) {
		NodeTarget primary = table.primary();
		return (primary == null || (excluded & primary.bit()) != 0) ? null : primary.way(table.role(primary), reason);
	}

	private @Nullable Way fallback(RoutingTable table, long excluded) {
		Way way = primary(table, RouteReason.FALLBACK_TO_PRIMARY, excluded);
		if (way != null && way.target().fallbacks().get() >= this.maxFallbacks) {
			return null;
		}
		return way;
	}

	private @Nullable Way replica(RoutingTable table, RouteReason reason, Set<String> tags, long excluded) {
		List<NodeTarget> candidates = table.replicas();
		if (table.withRecovering() != candidates && (candidates.isEmpty() || excluded != 0
				|| ThreadLocalRandom.current().nextInt(RECOVERING_SHARE) == 0)) {
			candidates = table.withRecovering();
		}
		return decide(table, table.rules().balancer(), narrow(candidates, tags, excluded), reason);
	}

	private static @Nullable Way decide(RoutingTable table, Balancer balancer, List<NodeTarget> candidates,
			RouteReason reason) {
		if (candidates.isEmpty()) {
			return null;
		}
		NodeTarget target = candidates.get((candidates.size() == 1) ? 0 : balancer.choose(candidates));
		return target.way(table.role(target), reason);
	}

	private static List<NodeTarget> narrow(List<NodeTarget> candidates, Set<String> tags, long excluded) {
		if (excluded == 0 && tags.isEmpty()) {
			return candidates;
		}
		return candidates.stream()
			.filter((target) -> (excluded & target.bit()) == 0 && target.node().tags().containsAll(tags))
			.toList();
	}

	/**
	 * The lowest latency.
	 */
	private static final class Nearest implements Balancer {

		@Override
		public int choose(List<? extends Candidate> candidates) {
			int best = 0;
			for (int i = 1; i < candidates.size(); i++) {
				if (candidates.get(i).latencyNanos() < candidates.get(best).latencyNanos()) {
					best = i;
				}
			}
			return best;
		}

	}

}
