package io.nexs.postgres.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one node.
 */
final class Pool {

	/** How long a write waits for a connection before it looks for the primary again. */
	private static final long OPEN_NANOS = 1000 * Agenda.MILLI;

	private final World world;

	private final Server server;

	private final Deque<Session> idle = new ArrayDeque<>();

	/** Those that are not closed, lent or idle. */
	private final Set<Session> all = new LinkedHashSet<>();

	/** Those that are closed when they come back. */
	private final Set<Session> evicted = new LinkedHashSet<>();

	Pool(World world, Server server) {
		this.world = world;
		this.server = server;
	}

	void borrow(Consumer<@Nullable Session> taker) {
		for (Session free = this.idle.poll(); free != null; free = this.idle.poll()) {
			if (free.isOpen()) {
				taker.accept(free);
				return;
			}
			this.all.remove(free);
		}
		Session fresh = new Session(this.world, this.server);
		this.all.add(fresh);
		fresh.connect(OPEN_NANOS, () -> taker.accept(fresh), (sqlState) -> {
			this.all.remove(fresh);
			this.world.client.reportFailure(this.server.index, sqlState);
			taker.accept(null);
		});
	}

	void giveBack(Session session) {
		if (session.isOpen() && !this.evicted.remove(session)) {
			this.idle.add(session);
		}
		else {
			close(session);
		}
	}

	/**
	 * As the pools of the library follow the topology.
	 */
	void follow(ClusterEvent event, Topology topology) {
		String id = this.server.name();
		if (event instanceof ClusterEvent.StatusChanged change && change.node().id().equals(id)
				&& change.to() == NodeStatus.FENCED) {
			abort();
		}
		else if (event instanceof ClusterEvent.RoleChanged change && change.node().id().equals(id)) {
			if (change.from() == NodeRole.PRIMARY && change.to() == NodeRole.REPLICA) {
				empty();
			}
			else if (change.from() == NodeRole.REPLICA && change.to() == NodeRole.UNKNOWN) {
				abort();
			}
		}
		else if (event instanceof ClusterEvent.IdentityChanged change && change.node().id().equals(id)) {
			empty();
		}
		else if (event instanceof ClusterEvent.PrimaryChanged change && change.to() != null
				&& isDeposed(topology.node(id), topology)) {
			abort();
		}
	}

	private static boolean isDeposed(NodeState state, Topology topology) {
		return state.status() == NodeStatus.UNHEALTHY
				|| (state.status() == NodeStatus.MAINTENANCE && state.role() == NodeRole.PRIMARY
						&& topology.term() != null && state.timeline() < topology.term().timeline());
	}

	private void empty() {
		this.idle.forEach(this::close);
		this.idle.clear();
		this.evicted.addAll(this.all);
	}

	private void abort() {
		empty();
		List.copyOf(this.all).forEach(this::close);
	}

	private void close(Session session) {
		this.all.remove(session);
		this.evicted.remove(session);
		session.abort();
	}

	/**
	 * Nobody is left inside a call on a node that is known to be lost or deposed.
	 */
	void checkNobodyIsLeft(Topology topology) {
		NodeState state = topology.node(this.server.name());
		boolean lost = state.status() == NodeStatus.FENCED
				|| (state.status() == NodeStatus.UNHEALTHY && topology.hasPrimary());
		if (lost && this.all.stream().anyMatch(Session::isInCall)) {
			throw new AssertionError("a call is left on " + state.describe());
		}
	}

}
