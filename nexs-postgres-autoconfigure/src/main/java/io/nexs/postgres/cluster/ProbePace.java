package io.nexs.postgres.cluster;

import java.time.Duration;

/**
 * How soon a node is probed again: slowly while all is well, fast while there is no
 * healthy primary or while this node is in doubt, but not for ever for a node that stays
 * away. Used by one thread.
 */
final class ProbePace {

	private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

	private final int index;

	private final long interval;

	private final long fastInterval;

	private boolean away;

	private long awaySince;

	/**
	 * A pace for one node.
	 * @param index the place of the node in the topology
	 * @param settings the intervals
	 */
	ProbePace(int index, MonitorSettings settings) {
		this.index = index;
		this.interval = settings.interval().toNanos();
		this.fastInterval = settings.fastInterval().toNanos();
	}

	/**
	 * The time from the start of a probe to the start of the next.
	 * @param topology the topology now
	 * @param nanoTime the present
	 * @return nanoseconds, not jittered
	 */
	long intervalNanos(Topology topology, long nanoTime) {
		NodeState node = topology.nodes().get(this.index);
		if (node.status() != NodeStatus.UNHEALTHY) {
			this.away = false;
		}
		else if (!this.away) {
			this.away = true;
			this.awaySince = nanoTime;
		}
		NodeState primary = topology.primary();
		boolean clusterInTrouble = primary == null || primary.status() != NodeStatus.HEALTHY;
		return (clusterInTrouble || inDoubt(node, nanoTime)) ? this.fastInterval : this.interval;
	}

	private boolean inDoubt(NodeState node, long nanoTime) {
		return switch (node.status()) {
			case SUSPECT, RECOVERING -> true;
			case UNHEALTHY -> nanoTime - this.awaySince < PATIENCE_NANOS;
			case FENCED -> node.failures() > 0;
			case HEALTHY, MAINTENANCE -> false;
		};
	}

}
