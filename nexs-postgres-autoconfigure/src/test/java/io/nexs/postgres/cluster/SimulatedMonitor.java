package io.nexs.postgres.cluster;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What decides inside a {@link ClusterMonitor}, without its threads: the reducer and the
 * pace of the probes. Opened to the simulation, which has a clock of its own.
 */
public final class SimulatedMonitor {

	private final List<Node> nodes;

	private final TopologyReducer reducer;

	private final List<ProbePace> paces = new ArrayList<>();

	private ClusterState state;

	public SimulatedMonitor(List<Node> nodes, MonitorSettings settings) {
		this.nodes = nodes;
		this.reducer = new TopologyReducer(settings);
		this.state = ClusterState.initial(nodes);
		nodes.forEach((node) -> this.paces.add(new ProbePace(this.paces.size(), settings)));
	}

	public Topology topology() {
		return this.state.topology();
	}

	/**
	 * A probe was answered.
	 * @param node its index
	 * @param latencyNanos how long that took
	 * @param answer what the server said
	 * @return what changed
	 */
	public List<ClusterEvent> answered(int node, long nanoTime, Instant at, long latencyNanos, Answer answer) {
		Lsn lsn = new Lsn(answer.lsn());
		ServerReport report = answer.standby()
				? new ServerReport(true, 0, lsn, lsn, 0, answer.timeline(), answer.identity())
				: new ServerReport(false, answer.timeline(), lsn, null, -1, 0, answer.identity());
		return apply(new Observation.ProbeSucceeded(id(node), nanoTime, at, latencyNanos, report));
	}

	public List<ClusterEvent> failed(int node, long nanoTime, Instant at, String reason) {
		return apply(new Observation.ProbeFailed(id(node), nanoTime, at, reason));
	}

	public List<ClusterEvent> late(int node, long nanoTime, Instant at, long waitedNanos) {
		return apply(new Observation.ProbeLate(id(node), nanoTime, at, waitedNanos));
	}

	public List<ClusterEvent> maintenance(int node, long nanoTime, Instant at, boolean on) {
		return apply(new Observation.MaintenanceChanged(id(node), nanoTime, at, on));
	}

	public long intervalNanos(int node, long nanoTime) {
		return this.paces.get(node).intervalNanos(topology(), nanoTime);
	}

	private List<ClusterEvent> apply(Observation observation) {
		Transition transition = this.reducer.reduce(this.state, observation);
		this.state = transition.state();
		return transition.events();
	}

	private String id(int node) {
		return this.nodes.get(node).id();
	}

	/**
	 * What a server says to a probe.
	 *
	 * @param standby whether it is in recovery
	 * @param timeline its own when writable, else the one it receives, 0 when that cannot
	 * be read
	 * @param lsn flushed or replayed position
	 * @param identity who it is
	 */
	public record Answer(boolean standby, int timeline, long lsn, NodeIdentity identity) {

	}

}
