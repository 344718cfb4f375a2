package io.nexs.postgres.routing;

import java.util.List;

/**
 * Chooses among nodes that may all serve a read. A bean of this type takes the place of
 * the one named by {@code nexs.db.read.balancer}. Called for every read route on the
 * thread of the caller: implementations are thread-safe and do not block.
 */
@FunctionalInterface
public interface Balancer {

	/**
	 * Chooses a node.
	 * @param candidates at least two nodes, in the order of the configuration; the same
	 * list instance as long as neither the set of usable nodes nor a weight changes
	 * @return index of the chosen one in the list
	 */
	int choose(List<? extends Candidate> candidates);

}
