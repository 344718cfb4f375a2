package io.nexs.postgres.routing;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Takes a node at random, each with the same probability. Thread-safe.
 */
public final class RandomChoice implements Balancer {

	@Override
	public int choose(List<? extends Candidate> candidates) {
		return ThreadLocalRandom.current().nextInt(candidates.size());
	}

}
