package io.nexs.postgres.cluster;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What follows from the silence of one node: a probe that should have been answered by
 * now, traffic that was answered although the probe was not, and a node nobody has heard
 * of for too long. Silence is counted in time in which this process ran. Used by the
 * cluster thread.
 */
final class NodeWatch {

	private final Watched prober;

	private final long lateAfter;

	private final long lostAfter;

	private final Silence sinceAnswer = new Silence();

	private final Silence sinceProbe = new Silence();

	private boolean lost;

	NodeWatch(Watched prober, MonitorSettings settings) {
		this.prober = prober;
		this.lateAfter = settings.lateAfter().toNanos();
		this.lostAfter = settings.lostAfter().toNanos();
	}

	/**
	 * Look at the node.
	 * @param status its status now
	 * @param nanoTime the present
	 * @param run for how long this process ran since the last look
	 * @return what was learned, {@code null} when there is nothing
	 */
	@Nullable Observation look(NodeStatus status, long nanoTime, long run) {
		if (this.prober.isPaused()) {
			this.sinceAnswer.forget();
			this.sinceProbe.forget();
			return null;
		}
		long answered = this.prober.answeredAt();
		long asked = this.prober.askedAt();
		long silent = this.sinceAnswer.measure(answered, nanoTime, run);
		long late = this.sinceProbe.measure((answered - asked > 0) ? answered : asked, nanoTime, run);
		boolean wasLost = this.lost;
		this.lost = silent > this.lostAfter;
		if (this.lost && !wasLost) {
			return new Observation.NodeSilent(this.prober.nodeId(), nanoTime, Instant.now(), silent);
		}
		if (status == NodeStatus.HEALTHY && this.prober.isWaiting() && late > this.lateAfter) {
			return new Observation.ProbeLate(this.prober.nodeId(), nanoTime, Instant.now(), late);
		}
		if (status == NodeStatus.SUSPECT && answered - asked > 0 && silent <= this.lateAfter) {
			return new Observation.TrafficAnswered(this.prober.nodeId(), nanoTime, Instant.now());
		}
		return null;
	}

	/**
	 * Time in which this process ran since a moment.
	 */
	private static final class Silence {

		private long since;

		private long nanos;

		long measure(long moment, long nanoTime, long run) {
			boolean same = moment == this.since;
			this.since = moment;
			this.nanos = same ? this.nanos + run : Math.min(run, Math.max(0, nanoTime - moment));
			return this.nanos;
		}

		void forget() {
			this.nanos = 0;
		}

	}

}
