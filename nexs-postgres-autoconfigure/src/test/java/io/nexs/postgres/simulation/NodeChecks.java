package io.nexs.postgres.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;

/**
 * What must hold of single nodes in time: failures that are counted, suspicion that is
 * cleared, silence that is not waited for. Times are those in which the client ran.
 */
final class NodeChecks {

	private final MonitorSettings settings;

	/** When a node became suspect for its silence alone. */
	private final Map<String, Long> suspectedAt = new HashMap<>();

	private final Map<String, Long> heardAt = new HashMap<>();

	private final Map<String, Long> askedAt = new HashMap<>();

	/** When a probe was last answered. */
	private final Map<String, Long> probedAt = new HashMap<>();

	/** Nodes that were given up and not heard of since. */
	private final Set<String> lost = new HashSet<>();

	/** Nodes whose probe is under way. */
	private final Set<String> pending = new HashSet<>();

	/** Failed probes in a row. */
	private final Map<String, Integer> failures = new HashMap<>();

	NodeChecks(MonitorSettings settings) {
		this.settings = settings;
	}

	void published(List<ClusterEvent> events, long time) {
		for (ClusterEvent event : events) {
			if (event instanceof ClusterEvent.StatusChanged change) {
				statusChanged(change, time);
			}
			else if (event instanceof ClusterEvent.NodeLost silence) {
				this.lost.add(silence.node().id());
			}
		}
	}

	private void statusChanged(ClusterEvent.StatusChanged change, long time) {
		this.suspectedAt.remove(change.node().id());
		if (change.to() == NodeStatus.HEALTHY) {
			this.failures.put(change.node().id(), 0);
		}
		if (change.to() == NodeStatus.SUSPECT && String.valueOf(change.reason()).startsWith("no answer for")) {
			this.suspectedAt.put(change.node().id(), time);
		}
	}

	void asked(String node, long time) {
		this.askedAt.put(node, time);
		this.pending.add(node);
	}

	/**
	 * A probe failed; as many as the threshold says in a row make a node unhealthy.
	 */
	void failed(String node, boolean excused, Topology topology) {
		this.pending.remove(node);
		Checks.require(!excused || this.heardAt.getOrDefault(node, Long.MIN_VALUE) > this.askedAt.get(node),
				() -> "excused without an answer: " + topology.node(node).describe());
		int count = excused ? 0 : this.failures.merge(node, 1, Integer::sum);
		this.failures.put(node, count);
		NodeState state = topology.node(node);
		Checks.require(count < this.settings.failureThreshold() || state.status() == NodeStatus.UNHEALTHY
				|| state.status() == NodeStatus.MAINTENANCE, () -> "not given up: " + state.describe());
	}

	/**
	 * A probe failed for another reason than silence, which no other answer excuses.
	 */
	void refused(String node) {
		this.suspectedAt.remove(node);
	}

	/**
	 * A probe without answer may mean nothing only if the client stood still meanwhile.
	 */
	void ignored(String node, long time, long beat) {
		this.pending.remove(node);
		long ran = time - this.askedAt.get(node);
		Checks.require(ran < this.settings.timeout().toNanos() / 2 + 2 * beat,
				() -> "no failure after " + ran + " ns: " + node);
	}

	void heard(String node, long time) {
		this.lost.remove(node);
		this.heardAt.put(node, time);
	}

	/**
	 * An answer to traffic clears the suspicion that came of silence alone, within two
	 * looks at it.
	 */
	void suspicionCleared(Topology topology, long time, long beat) {
		for (NodeState node : topology.nodes()) {
			checkGivenUp(node, time, beat);
			checkSuspected(node, time, beat);
			Long heard = this.heardAt.get(node.id());
			Long suspected = this.suspectedAt.get(node.id());
			Checks
				.require(node.status() != NodeStatus.SUSPECT || suspected == null || heard == null || heard <= suspected
						|| heard <= this.askedAt.get(node.id()) || time - heard < 3 * beat || time - heard > 4 * beat,
						() -> "still suspect: " + node.describe());
		}
	}

	/**
	 * A node that answers neither its probe nor anybody else for half the time of a probe
	 * is suspect.
	 */
	private void checkSuspected(NodeState node, long time, long beat) {
		long since = Math.max(this.askedAt.getOrDefault(node.id(), time),
				this.heardAt.getOrDefault(node.id(), Long.MIN_VALUE));
		Checks.require(
				node.status() != NodeStatus.HEALTHY || !this.pending.contains(node.id())
						|| time - since < this.settings.timeout().toNanos() / 2 + 3 * beat,
				() -> "not suspect: " + node.describe());
	}

	/**
	 * A node nobody has heard of for long is given up.
	 */
	private void checkGivenUp(NodeState node, long time, long beat) {
		long heard = Math.max(this.heardAt.getOrDefault(node.id(), Long.MIN_VALUE),
				this.probedAt.getOrDefault(node.id(), Long.MIN_VALUE));
		Checks.require(heard == Long.MIN_VALUE || time - heard < this.settings.lostAfter().toNanos() + 3 * beat
				|| this.lost.contains(node.id()), () -> "not given up: " + node.describe());
	}

	void probed(String node, long time) {
		this.failures.put(node, 0);
		this.lost.remove(node);
		this.probedAt.put(node, time);
		this.pending.remove(node);
	}

}
