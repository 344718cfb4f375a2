package io.nexs.postgres.cluster;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What decides inside a {@link ClusterMonitor} and its probers, without their threads:
 * the reducer, the watch over silent nodes, the account of stalls, the pace of the
 * probes. Opened to the simulation, which has a clock of its own.
 */
public final class SimulatedMonitor {

	private static final int BEATS = 10;

	private final List<Node> nodes;

	private final MonitorSettings settings;

	private final TopologyReducer reducer;

	private final Stalls stalls;

	private final List<ProbePace> paces = new ArrayList<>();

	private final List<SimulatedProbe> probes = new ArrayList<>();

	private final List<NodeWatch> watches = new ArrayList<>();

	private ClusterState state;

	private long stalledBefore;

	public SimulatedMonitor(List<Node> nodes, MonitorSettings settings, long nanoTime) {
		this.nodes = nodes;
		this.settings = settings;
		this.reducer = new TopologyReducer(settings);
		this.state = ClusterState.initial(nodes);
		this.stalls = new Stalls(nanoTime, beatNanos() * 3 / 2);
		for (Node node : nodes) {
			SimulatedProbe probe = new SimulatedProbe(node.id(), nanoTime);
			this.paces.add(new ProbePace(this.paces.size(), settings));
			this.probes.add(probe);
			this.watches.add(new NodeWatch(probe, settings));
		}
	}

	public Topology topology() {
		return this.state.topology();
	}

	public long beatNanos() {
		return this.settings.timeout().toNanos() / BEATS;
	}

	/**
	 * A beat of the cluster thread, as in {@link ClusterMonitor}.
	 * @param publisher is told what changed after each observation
	 * @return whether all nodes are to be probed at once
	 */
	public boolean beat(long nanoTime, Publisher publisher) {
		boolean stood = this.stalls.totalNanos(nanoTime) - this.stalledBefore > this.settings.lateAfter().toNanos();
		long run = this.stalls.beat(nanoTime);
		this.stalledBefore = this.stalls.totalNanos(nanoTime);
		for (int i = 0; i < this.watches.size(); i++) {
			Observation observation = this.watches.get(i).look(topology().nodes().get(i).status(), nanoTime, run);
			if (observation != null) {
				apply(observation, publisher);
			}
		}
		return stood;
	}

	/**
	 * A probe is sent.
	 */
	public void asked(int node, long nanoTime) {
		SimulatedProbe probe = this.probes.get(node);
		probe.stalledBefore = this.stalls.totalNanos(nanoTime);
		probe.askedAt = nanoTime;
		probe.waiting = true;
	}

	/**
	 * The node answered on a connection that is not the prober's.
	 */
	public void heard(int node, long nanoTime) {
		this.probes.get(node).answeredAt = nanoTime;
	}

	/**
	 * A probe was answered.
	 * @param latencyNanos how long that took
	 */
	public void answered(int node, long nanoTime, Instant at, long latencyNanos, Answer answer, Publisher publisher) {
		SimulatedProbe probe = this.probes.get(node);
		probe.waiting = false;
		probe.answeredAt = nanoTime;
		probe.probedAt = nanoTime;
		Lsn lsn = new Lsn(answer.lsn());
		ServerReport report = answer.standby()
				? new ServerReport(true, 0, lsn, lsn, answer.replayAgeMillis(), answer.timeline(), answer.identity())
				: new ServerReport(false, answer.timeline(), lsn, null, -1, 0, answer.identity());
		apply(new Observation.ProbeSucceeded(probe.id, nanoTime, at, latencyNanos, report), publisher);
	}

	/**
	 * A probe failed.
	 */
	public void failed(int node, long nanoTime, Instant at, String reason, Publisher publisher) {
		this.probes.get(node).waiting = false;
		apply(new Observation.ProbeFailed(id(node), nanoTime, at, reason, false), publisher);
	}

	/**
	 * A probe was not answered in its time.
	 * @return what that means
	 */
	public Meaning unanswered(int node, long nanoTime, Instant at, Publisher publisher) {
		SimulatedProbe probe = this.probes.get(node);
		probe.waiting = false;
		Unanswered meaning = Unanswered.of(new Unanswered.Silence(nanoTime, probe.askedAt,
				this.stalls.totalNanos(nanoTime) - probe.stalledBefore, probe.answeredAt, probe.probedAt),
				topology().nodes().get(node).role(), this.settings);
		if (meaning == Unanswered.FAILURE) {
			apply(new Observation.ProbeFailed(probe.id, nanoTime, at, "08006: no answer", true), publisher);
			return Meaning.FAILURE;
		}
		if (meaning == Unanswered.EXCUSED) {
			apply(new Observation.TrafficAnswered(probe.id, nanoTime, at), publisher);
			return Meaning.EXCUSED;
		}
		return Meaning.UNKNOWN;
	}

	public void maintenance(int node, long nanoTime, Instant at, boolean on, Publisher publisher) {
		apply(new Observation.MaintenanceChanged(id(node), nanoTime, at, on), publisher);
	}

	public void pin(int node, long nanoTime, Instant at, boolean on, Publisher publisher) {
		apply(new Observation.PinChanged(id(node), nanoTime, at, on), publisher);
	}

	/**
	 * A probe has ended.
	 */
	public void ended(int node, long start, long end, double jitter) {
		this.paces.get(node).ended(start, end, jitter);
	}

	/**
	 * How long until the next one.
	 */
	public long restNanos(int node, boolean wanted, long nanoTime) {
		return this.paces.get(node).restNanos(topology(), wanted, nanoTime);
	}

	private void apply(Observation observation, Publisher publisher) {
		Topology before = topology();
		Transition transition = this.reducer.reduce(this.state, observation);
		this.state = transition.state();
		publisher.published(before, topology(), transition.events());
	}

	private String id(int node) {
		return this.nodes.get(node).id();
	}

	/**
	 * What it means that a probe was not answered, as {@link Unanswered} says.
	 */
	public enum Meaning {

		FAILURE, EXCUSED, UNKNOWN

	}

	/**
	 * Takes every topology.
	 */
	@FunctionalInterface
	public interface Publisher {

		void published(Topology before, Topology after, List<ClusterEvent> events);

	}

	/**
	 * What a server says to a probe.
	 *
	 * @param standby whether it is in recovery
	 * @param timeline its own when writable, else the one it receives, 0 when that cannot
	 * be read
	 * @param lsn flushed or replayed position
	 * @param replayAgeMillis age of the last record a standby has replayed
	 * @param identity who it is
	 */
	public record Answer(boolean standby, int timeline, long lsn, long replayAgeMillis, NodeIdentity identity) {

	}

	/**
	 * What a prober knows.
	 */
	private static final class SimulatedProbe implements Watched {

		private final String id;

		private boolean waiting;

		private long askedAt;

		private long answeredAt;

		private long probedAt;

		private long stalledBefore;

		SimulatedProbe(String id, long nanoTime) {
			this.id = id;
			this.askedAt = nanoTime;
			this.answeredAt = nanoTime;
			this.probedAt = nanoTime;
		}

		@Override
		public String nodeId() {
			return this.id;
		}

		@Override
		public boolean isPaused() {
			return false;
		}

		@Override
		public boolean isWaiting() {
			return this.waiting;
		}

		@Override
		public long askedAt() {
			return this.askedAt;
		}

		@Override
		public long answeredAt() {
			return this.answeredAt;
		}

	}

}
