package io.nexs.postgres.failover;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.cluster.Term;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.dsn.HostAndPort;
import io.nexs.postgres.dsn.PostgresDsn;
import org.jspecify.annotations.Nullable;

/**
 * Topologies of three nodes, made by hand, and a clock that is turned by hand.
 */
final class Topologies {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private final NodeRole[] roles = { NodeRole.PRIMARY, NodeRole.REPLICA, NodeRole.REPLICA };

	private final NodeStatus[] statuses = { NodeStatus.HEALTHY, NodeStatus.HEALTHY, NodeStatus.HEALTHY };

	private final @Nullable Instant[] probes = { START, START, START };

	/** Any number may be the beginning of {@link System#nanoTime()}. */
	private long nanos = Long.MAX_VALUE - 1_000_000_000L;

	private long epoch;

	private int timeline = 1;

	private long latencyNanos = 1;

	Topologies after(long millis) {
		this.nanos += Duration.ofMillis(millis).toNanos();
		this.epoch++;
		return this;
	}

	Moment now() {
		return new Moment(this.nanos, at());
	}

	private Instant at() {
		return START.plusNanos(this.nanos - (Long.MAX_VALUE - 1_000_000_000L));
	}

	/** Every node that takes work has just answered. */
	Topologies probed() {
		for (int i = 0; i < this.probes.length; i++) {
			this.probes[i] = this.statuses[i].takesWork() ? at() : this.probes[i];
		}
		return this;
	}

	Topologies set(int node, NodeRole role, NodeStatus status) {
		this.roles[node - 1] = role;
		this.statuses[node - 1] = status;
		return this;
	}

	Topologies latency(long nanos) {
		this.latencyNanos = nanos;
		return this;
	}

	Topologies timeline(int newest) {
		this.timeline = newest;
		return this;
	}

	static Node node(int number) {
		return new Node("node-" + number, PostgresDsn.of(new HostAndPort("10.0.0." + number, 5432), "app"));
	}

	Topology topology() {
		List<NodeState> states = new ArrayList<>();
		NodeState primary = null;
		for (int i = 0; i < this.roles.length; i++) {
			boolean up = this.statuses[i].takesWork();
			NodeState state = new NodeState(node(i + 1), this.roles[i], this.statuses[i], this.timeline, null, 0, 0,
					this.latencyNanos, null, false, false, false, up ? 0 : 1, up ? 1 : 0, this.probes[i],
					up ? null : "08001: refused");
			states.add(state);
			primary = (up && this.roles[i] == NodeRole.PRIMARY) ? state : primary;
		}
		return new Topology(this.epoch, states, primary, new Term("sys-1", this.timeline), PrimaryConflict.NONE);
	}

	static ClusterEvent moved(int node, NodeStatus from, NodeStatus to) {
		return new ClusterEvent.StatusChanged(node(node), from, to, null);
	}

}
