package io.nexs.postgres.simulation;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

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
		Session fresh = new Session(this.world, this.server, true, () -> this.world.client.heard(this.server.index));
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

	void empty() {
		this.idle.forEach(this::close);
		this.idle.clear();
		this.evicted.addAll(this.all);
	}

	void abort() {
		empty();
		List.copyOf(this.all).forEach(this::close);
	}

	/**
	 * Closes what does not lead to one start of the server.
	 */
	void abortOthers(Instant startedAt) {
		for (Session session : List.copyOf(this.all)) {
			if (session.start() >= 0 && !startedAt.equals(Server.BOOT.plusSeconds(session.start()))) {
				this.idle.remove(session);
				close(session);
			}
		}
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
