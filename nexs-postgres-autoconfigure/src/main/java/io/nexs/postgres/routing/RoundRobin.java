package io.nexs.postgres.routing;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes the nodes in turn. Thread-safe.
 */
public final class RoundRobin implements Balancer {

	private final AtomicInteger next = new AtomicInteger();

	@Override
	public int choose(List<? extends Candidate> candidates) {
		return Integer.remainderUnsigned(this.next.getAndIncrement(), candidates.size());
	}

}
