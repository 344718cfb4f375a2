package io.nexs.postgres.cluster;

import java.time.Duration;

/**
 * How soon a node is probed again: slowly while all is well, fast while there is no
 * healthy primary or while this node is in doubt, but not for ever for a node that stays
 * away. A node that has never been reached is probed at doubling intervals: it may refuse
 * a log-in, and servers count those. Used by one thread.
 */
final class ProbePace {

	private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

	/** Keeps reports of failing traffic from turning into probes without any pause. */
	private static final long MIN_GAP_NANOS = 5_000_000;

	private static final int MAX_DOUBLINGS = 10;

	private final int index;

	private final long interval;

	private final long fastInterval;

	private boolean away;

	private long awaySince;

	private long start;

	private long end;

	private double jitter = 1;

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
	 * A probe has ended.
	 * @param start when it began
	 * @param end when it ended
	 * @param jitter a factor around 1 for the pause until the next one
	 */
	void ended(long start, long end, double jitter) {
		this.start = start;
		this.end = end;
		this.jitter = jitter;
	}

	/**
	 * The time until the next probe.
	 * @param topology the topology now
	 * @param wanted whether it is wanted as soon as possible
	 * @param nanoTime the present
	 * @return nanoseconds, 0 or less when it is due
	 */
	long restNanos(Topology topology, boolean wanted, long nanoTime) {
		long interval = wanted ? 0 : (long) (this.jitter * intervalNanos(topology, nanoTime));
		return Math.max(interval - (nanoTime - this.start), MIN_GAP_NANOS - (nanoTime - this.end));
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
		if (node.identity() == null && node.failures() > 0) {
			return Math.min(this.interval, this.fastInterval << Math.min(node.failures(), MAX_DOUBLINGS));
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
