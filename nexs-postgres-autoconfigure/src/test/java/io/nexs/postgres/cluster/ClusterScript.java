package io.nexs.postgres.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.nexs.postgres.dsn.HostAndPort;
import io.nexs.postgres.dsn.PostgresDsn;

/**
 * Feeds a reducer by hand: a fake clock, and short words for observations.
 */
final class ClusterScript {

	static final Instant BOOT = Instant.parse("2026-01-01T00:00:00Z");

	final TopologyReducer reducer;

	final List<ClusterEvent> events = new ArrayList<>();

	ClusterState state;

	long nanoTime = -5_000_000_000L;

	ClusterScript(int nodes, MonitorSettings settings) {
		this.reducer = new TopologyReducer(settings);
		this.state = ClusterState.initial(nodes(nodes));
	}

	ClusterScript(int nodes) {
		this(nodes, MonitorSettings.defaults());
	}

	static List<Node> nodes(int count) {
		return IntStream.rangeClosed(1, count)
			.mapToObj((i) -> new Node("node-" + i, PostgresDsn.of(new HostAndPort("10.0.0." + i, 5432), "app")))
			.toList();
	}

	static NodeIdentity identity(int node) {
		return new NodeIdentity("sys-1", "10.0.0." + node, 5432, BOOT, "18.1", ConnectionLimits.of(100),
				"read committed");
	}

	static ServerReport writable(int node, int timeline, long lsn) {
		return new ServerReport(false, timeline, new Lsn(lsn), null, -1, 0, identity(node));
	}

	static ServerReport standby(int node, long replayed) {
		return standby(node, replayed, 0, -1);
	}

	static ServerReport standby(int node, long replayed, int receivedTimeline, long ageMillis) {
		return new ServerReport(true, 0, new Lsn(replayed), new Lsn(replayed), ageMillis, receivedTimeline,
				identity(node));
	}

	static ServerReport with(ServerReport report, NodeIdentity identity) {
		return new ServerReport(report.inRecovery(), report.timeline(), report.lsn(), report.receivedLsn(),
				report.replayAgeMillis(), report.receivedTimeline(), identity);
	}

	static NodeIdentity identity(String system, String address, Instant start) {
		return new NodeIdentity(system, address, 5432, start, "18.1", ConnectionLimits.of(100), "read committed");
	}

	ClusterScript after(Duration time) {
		this.nanoTime += time.toNanos();
		return this;
	}

	ClusterScript answers(int node, ServerReport report) {
		return apply(new Observation.ProbeSucceeded("node-" + node, this.nanoTime, now(), 250_000, report));
	}

	ClusterScript primary(int node, int timeline, long lsn) {
		return answers(node, writable(node, timeline, lsn));
	}

	ClusterScript replica(int node, long replayed) {
		return answers(node, standby(node, replayed));
	}

	ClusterScript fails(int node) {
		return apply(new Observation.ProbeFailed("node-" + node, this.nanoTime, now(), "08001: refused"));
	}

	ClusterScript fails(int node, int times) {
		for (int i = 0; i < times; i++) {
			fails(node);
		}
		return this;
	}

	ClusterScript late(int node) {
		return apply(new Observation.ProbeLate("node-" + node, this.nanoTime, now(), 500_000_000));
	}

	ClusterScript silentlyFails(int node) {
		return apply(new Observation.ProbeFailed("node-" + node, this.nanoTime, now(), "08006: timed out", true));
	}

	ClusterScript hears(int node) {
		return apply(new Observation.TrafficAnswered("node-" + node, this.nanoTime, now()));
	}

	ClusterScript silent(int node) {
		return apply(new Observation.NodeSilent("node-" + node, this.nanoTime, now(), 30_000_000_000L));
	}

	ClusterScript maintenance(int node, boolean on) {
		return apply(new Observation.MaintenanceChanged("node-" + node, this.nanoTime, now(), on));
	}

	/**
	 * A healthy cluster: node-1 is the primary on timeline 1, all others its replicas.
	 */
	ClusterScript healthy(long lsn) {
		primary(1, 1, lsn);
		for (int node = 2; node <= topology().nodes().size(); node++) {
			replica(node, lsn);
		}
		this.events.clear();
		return this;
	}

	ClusterScript apply(Observation observation) {
		Transition transition = this.reducer.reduce(this.state, observation);
		this.state = transition.state();
		this.events.addAll(transition.events());
		return this;
	}

	Topology topology() {
		return this.state.topology();
	}

	NodeState node(int node) {
		return topology().node("node-" + node);
	}

	NodeStatus status(int node) {
		return node(node).status();
	}

	NodeRole role(int node) {
		return node(node).role();
	}

	String primary() {
		NodeState primary = topology().primary();
		return (primary != null) ? primary.id() : "none";
	}

	List<String> eventNames() {
		return this.events.stream().map((event) -> event.getClass().getSimpleName()).toList();
	}

	private Instant now() {
		return BOOT.plusNanos(this.nanoTime);
	}

}
