package io.nexs.postgres.failover;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.Topology;

/**
 * Which nodes answer their probes much slower than usual. One thread feeds it;
 * {@link #slow()} may be read by any.
 */
final class LatencyWatches {

	private final Map<String, LatencyWatch> watches = new HashMap<>();

	private final Map<String, Instant> probes = new HashMap<>();

	private volatile Set<String> slow = Set.of();

	/**
	 * Takes the next topology.
	 * @param topology the topology
	 * @param now the present
	 * @param events gets what is to be told
	 */
	void next(Topology topology, Moment now, List<FailoverEvent> events) {
		for (NodeState state : topology.nodes()) {
			Instant probe = state.lastProbe();
			if (probe != null && state.failures() == 0 && !Objects.equals(this.probes.put(state.id(), probe), probe)) {
				answered(state, now, events);
			}
		}
	}

	private void answered(NodeState state, Moment now, List<FailoverEvent> events) {
		LatencyWatch before = this.watches.getOrDefault(state.id(), LatencyWatch.NEW);
		LatencyWatch after = before.with(state.latencyNanos(), now);
		this.watches.put(state.id(), after);
		if (before.slow() == after.slow()) {
			return;
		}
		Set<String> next = new HashSet<>(this.slow);
		if (after.slow()) {
			next.add(state.id());
			events.add(new FailoverEvent.NodeSlow(state.node(), duration(after.latest()), duration(after.usual())));
		}
		else {
			next.remove(state.id());
			events.add(new FailoverEvent.NodeFastAgain(state.node(), duration(after.latest())));
		}
		this.slow = Set.copyOf(next);
	}

	private static Duration duration(double nanos) {
		return Duration.ofNanos((long) nanos);
	}

	/**
	 * The nodes that are slow now.
	 * @return their ids
	 */
	Set<String> slow() {
		return this.slow;
	}

}
