package io.nexs.postgres.pool;

import java.time.Instant;
import java.util.Objects;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.Topology;

/**
 * What decides inside {@link NodePools}, without connections. Opened to the simulation.
 */
public final class SimulatedPools {

	private SimulatedPools() {
	}

	/**
	 * Gives the orders that follow from an event.
	 */
	public static void follow(ClusterEvent event, Topology topology, Orders orders) {
		for (PoolOrder order : PoolOrder.of(event, topology)) {
			String id = order.node().id();
			switch (order.kind()) {
				case EMPTY -> orders.empty(id);
				case ABORT -> orders.abort(id);
				case ABORT_OTHERS -> orders.abortOthers(id, Objects.requireNonNull(order.startedAt()));
			}
		}
	}

	/**
	 * Carries the orders out.
	 */
	public interface Orders {

		void empty(String node);

		void abort(String node);

		void abortOthers(String node, Instant startedAt);

	}

}
