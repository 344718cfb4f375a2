package io.nexs.postgres.simulation;

import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.failover.SimulatedFailover;
import org.jspecify.annotations.Nullable;

/**
 * Parks the writes that wait for a primary, between two looks of the library at them.
 */
final class Gate {

	private final Client client;

	private final SimulatedFailover failover;

	private final List<Waiter> parked = new ArrayList<>();

	Gate(Client client, SimulatedFailover failover) {
		this.client = client;
		this.failover = failover;
	}

	/**
	 * A write begins to wait.
	 * @return {@code null} if too many wait
	 */
	@Nullable Waiter enter() {
		SimulatedFailover.Place place = this.failover.enter(this.client.world.jvm.nanoTime());
		int most = this.client.world.schedule.waiting().maxWaiting();
		Checks.require(place != null || this.failover.waiting() >= most,
				() -> "a write may not wait beside " + this.failover.waiting());
		return (place != null) ? new Waiter(place) : null;
	}

	/**
	 * Waits until there is a primary.
	 */
	void await(Waiter waiter, Runnable released, Runnable gaveUp) {
		waiter.released = released;
		waiter.gaveUp = gaveUp;
		waiter.parkedAt = this.client.world.jvm.runningNanos();
		waiter.stalledAt = this.client.world.agenda.now();
		look(waiter, this.client.monitor.topology());
	}

	private void look(Waiter waiter, Topology topology) {
		long verdict = this.failover.look(waiter.place, topology, this.client.world.jvm.nanoTime());
		this.parked.remove(waiter);
		if (verdict > 0) {
			this.parked.add(waiter);
			int mine = ++waiter.looks;
			this.client.world.jvm.after(verdict, () -> {
				if (mine == waiter.looks && this.parked.contains(waiter)) {
					look(waiter, this.client.monitor.topology());
				}
			});
			return;
		}
		waiter.spent += this.client.world.agenda.now() - waiter.stalledAt;
		waiter.ran += this.client.world.jvm.runningNanos() - waiter.parkedAt;
		if (verdict == 0) {
			waiter.released.run();
		}
		else {
			checkTimedOut(waiter);
			waiter.gaveUp.run();
		}
	}

	/**
	 * It has waited as long as it should, but for the time the JVM stood still.
	 */
	private void checkTimedOut(Waiter waiter) {
		long timeout = this.client.world.schedule.waiting().waitTimeout().toNanos();
		Checks.require(waiter.spent >= timeout && waiter.ran <= timeout,
				() -> "a write gave up after " + waiter.spent + " ns instead of " + timeout);
	}

	/**
	 * All are woken together.
	 */
	void published(Topology topology) {
		if (topology.hasPrimary()) {
			List.copyOf(this.parked).forEach((waiter) -> look(waiter, topology));
			Checks.require(this.parked.isEmpty() || !this.client.monitor.topology().hasPrimary(),
					() -> this.parked.size() + " writes wait beside a primary");
		}
	}

	void served(Waiter waiter) {
		this.failover.served(this.client.world.jvm.nanoTime());
		leave(waiter);
	}

	void leave(Waiter waiter) {
		this.failover.leave(waiter.place);
	}

	/**
	 * A write that waits.
	 */
	static final class Waiter {

		private final SimulatedFailover.Place place;

		private Runnable released = () -> {
		};

		private Runnable gaveUp = () -> {
		};

		private int looks;

		private long parkedAt;

		private long stalledAt;

		/** Time it has waited. */
		private long spent;

		/** The same without the time the JVM stood still. */
		private long ran;

		Waiter(SimulatedFailover.Place place) {
			this.place = place;
		}

	}

}
