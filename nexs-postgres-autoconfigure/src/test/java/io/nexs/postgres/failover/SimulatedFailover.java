package io.nexs.postgres.failover;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.Topology;
import org.jspecify.annotations.Nullable;

/**
 * What decides inside a {@link FailoverManager}, without threads: who waits for how long,
 * the account of losses, which node may be pinned. Opened to the simulation.
 */
public final class SimulatedFailover {

	private final WriteWaiting waiting;

	private final FailoverTracker tracker;

	public SimulatedFailover(FailoverSettings settings) {
		this.waiting = new WriteWaiting(settings);
		this.tracker = new FailoverTracker(settings, this.waiting);
	}

	/**
	 * A write wants to wait.
	 * @return its place, {@code null} if too many wait
	 */
	public @Nullable Place enter(long nanoTime) {
		WriteWaiting.Ticket ticket = this.waiting.enter(nanoTime);
		return (ticket != null) ? new Place(ticket) : null;
	}

	/**
	 * How long a write has to wait.
	 * @return nanoseconds until the next look; 0 when there is a primary, negative when
	 * the write gives up
	 */
	public long look(Place place, Topology topology, long nanoTime) {
		WriteWaiting.Verdict verdict = this.waiting.look(place.ticket, topology, nanoTime);
		return switch (verdict.kind()) {
			case PROCEED -> 0;
			case WAIT -> verdict.nanos();
			case GIVE_UP -> -1;
		};
	}

	public void served(long nanoTime) {
		this.waiting.served(nanoTime);
	}

	public void leave(Place place) {
		this.waiting.leave(place.ticket);
	}

	public int waiting() {
		return this.waiting.waiting();
	}

	/**
	 * The next topology.
	 * @return what is told of it
	 */
	public List<FailoverEvent> next(Topology topology, List<ClusterEvent> changes, long nanoTime, Instant at) {
		return this.tracker.next(topology, changes, new Moment(nanoTime, at));
	}

	public FailoverState state() {
		return Objects.requireNonNull(this.tracker.view().state());
	}

	/**
	 * Whether writes may be pinned to a node.
	 */
	public static boolean mayBePinned(Topology topology, String nodeId) {
		return PinRule.objection(topology, topology.node(nodeId)) == null;
	}

	/**
	 * A place among those who wait.
	 */
	public static final class Place {

		private final WriteWaiting.Ticket ticket;

		private Place(WriteWaiting.Ticket ticket) {
			this.ticket = ticket;
		}

	}

}
