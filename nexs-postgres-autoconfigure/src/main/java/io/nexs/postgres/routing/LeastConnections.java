package io.nexs.postgres.routing;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Takes the node with the fewest lent connections in relation to its weight; of equal
 * ones any. Thread-safe.
 */
public final class LeastConnections implements Balancer {

	@Override
	public int choose(List<? extends Candidate> candidates) {
		int size = candidates.size();
		int start = ThreadLocalRandom.current().nextInt(size);
		int best = start;
		double bestLoad = load(candidates.get(start));
		for (int i = 1; i < size; i++) {
			int index = (start + i) % size;
			double load = load(candidates.get(index));
			if (load < bestLoad) {
				best = index;
				bestLoad = load;
			}
		}
		return best;
	}

	private static double load(Candidate candidate) {
		return (double) candidate.activeConnections() / Math.max(1, candidate.weight());
	}

}
