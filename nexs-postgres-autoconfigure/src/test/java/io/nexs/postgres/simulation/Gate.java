package io.nexs.postgres.simulation;

import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.cluster.Topology;

/**
 * Where writes wait for a primary.
 */
final class Gate {

	private final Client client;

	private final List<Waiter> waiters = new ArrayList<>();

	Gate(Client client) {
		this.client = client;
	}

	/**
	 * Waits until there is a primary.
	 * @param deadline in the time of the agenda
	 */
	void await(long deadline, Runnable released, Runnable gaveUp) {
		Waiter waiter = new Waiter(deadline, released, gaveUp);
		this.waiters.add(waiter);
		this.client.after(deadline - this.client.world.agenda.now(), () -> {
			if (this.waiters.remove(waiter)) {
				waiter.gaveUp.run();
			}
		});
	}

	void published(Topology topology) {
		if (topology.hasPrimary()) {
			List<Waiter> released = List.copyOf(this.waiters);
			this.waiters.clear();
			released.forEach((waiter) -> waiter.released.run());
		}
	}

	/**
	 * A write that waits.
	 */
	private static final class Waiter {

		private final long deadline;

		private final Runnable released;

		private final Runnable gaveUp;

		Waiter(long deadline, Runnable released, Runnable gaveUp) {
			this.deadline = deadline;
			this.released = released;
			this.gaveUp = gaveUp;
		}

		@Override
		public String toString() {
			return "waiter until " + this.deadline;
		}

	}

}
