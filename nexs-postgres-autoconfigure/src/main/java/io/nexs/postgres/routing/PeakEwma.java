package io.nexs.postgres.routing;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Takes the cheaper of two nodes drawn at random, where the cost of a node is its latency
 * times its work in progress. Latency is an average that follows peaks at once and decays
 * slowly; two choices keep one fast node from drawing all the traffic. Thread-safe.
 * <p>
 * After "The Power of Two Choices in Randomized Load Balancing" (Mitzenmacher, 1996) and
 * the peak-EWMA balancer of Finagle.
 */
public final class PeakEwma implements Balancer {

	@Override
	public int choose(List<? extends Candidate> candidates) {
		int size = candidates.size();
		ThreadLocalRandom random = ThreadLocalRandom.current();
		int first = random.nextInt(size);
		int second = random.nextInt(size - 1);
		if (second >= first) {
			second++;
		}
		return (cost(candidates.get(second)) < cost(candidates.get(first))) ? second : first;
	}

	private static double cost(Candidate candidate) {
		return candidate.latencyNanos() * (candidate.activeConnections() + 1);
	}

}
