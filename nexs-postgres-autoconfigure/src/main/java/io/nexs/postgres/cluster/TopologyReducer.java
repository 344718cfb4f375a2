package io.nexs.postgres.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Turns a state and one observation into the next state. Pure: no clock, no randomness,
 * no I/O, so that schedules of failures can be replayed over it. Every observation
 * re-derives system, term, fencing, primary and lag of the whole cluster in that order.
 */
final class TopologyReducer {

	private final MonitorSettings settings;

	private final StatusMachine statuses;

	private final PrimaryElection election;

	TopologyReducer(MonitorSettings settings) {
		this.settings = settings;
		this.statuses = new StatusMachine(settings);
		this.election = new PrimaryElection(settings.onConflict());
	}

	/**
	 * Apply one observation.
	 * @param state the state so far
	 * @param observation what was learned
	 * @return the state after it and what changed
	 * @throws IllegalArgumentException when the observation is about an unknown node
	 * @throws IllegalStateException when a node would make a move that is not allowed
	 */
	Transition reduce(ClusterState state, Observation observation) {
		Topology before = state.topology();
		List<NodeDraft> nodes = new ArrayList<>(before.nodes().size());
		before.nodes().forEach((node) -> nodes.add(draft(node, state)));
		observe(nodes.get(before.indexOf(observation.nodeId())), observation);

		SystemChoice system = state.system().next(nodes);
		boolean otherSystem = system.excludes(state.system().identifier());
		excludeForeign(nodes, system);
		Node pinned = pinned(before, observation);
		Term term = this.election.term(nodes, system, otherSystem ? null : before.term(), pinned);
		settleStatuses(nodes, term);
		PrimaryElection.Result result = this.election.elect(nodes, term, pinned);
		boolean newTerm = otherSystem || timeline(term) != timeline(before.term());
		WalClock wal = advance(newTerm ? WalClock.EMPTY : state.wal(), result.primary(), observation);
		measureLag(nodes, result.primary(), new LagBasis(wal, term, newTerm, observation.nanoTime()));

		Topology after = publish(before, nodes, term, result, pinned);
		return new Transition(new ClusterState(after, reports(nodes), system, wal, silent(nodes)),
				events(before, after, result, observation));
	}

	private static NodeDraft draft(NodeState node, ClusterState state) {
		NodeDraft draft = new NodeDraft(node, state.reports().get(node.id()));
		draft.silent = state.silent().contains(node.id());
		return draft;
	}

	private static @Nullable Node pinned(Topology before, Observation observation) {
		if (observation instanceof Observation.PinChanged pin) {
			return pin.on() ? before.node(pin.nodeId()).node() : null;
		}
		return before.pinned();
	}

	private void observe(NodeDraft node, Observation observation) {
		if (observation instanceof Observation.ProbeSucceeded probe) {
			node.succeeded(probe);
		}
		else if (observation instanceof Observation.ProbeFailed probe) {
			node.failed(probe);
			this.statuses.failed(node);
		}
		else if (observation instanceof Observation.ProbeLate late) {
			this.statuses.late(node, late);
		}
		else if (observation instanceof Observation.TrafficAnswered) {
			this.statuses.heard(node);
		}
		else if (observation instanceof Observation.NodeSilent silence && node.before.identity() != null) {
			this.statuses.lost(node, silence);
		}
		else if (observation instanceof Observation.MaintenanceChanged change) {
			this.statuses.maintenance(node, change.on());
		}
	}

	private void excludeForeign(List<NodeDraft> nodes, SystemChoice system) {
		for (NodeDraft node : nodes) {
			if (node.role != NodeRole.UNKNOWN && system.excludes(node.systemIdentifier())) {
				this.statuses.foreign(node, system);
			}
		}
	}

	private void settleStatuses(List<NodeDraft> nodes, @Nullable Term term) {
		for (NodeDraft node : nodes) {
			if (node.role == NodeRole.PRIMARY && term != null && node.timeline() < term.timeline()) {
				this.statuses.fenced(node, term);
			}
			else if (node.answered && node.role != NodeRole.UNKNOWN) {
				this.statuses.answered(node);
			}
		}
	}

	private WalClock advance(WalClock wal, @Nullable NodeDraft primary, Observation observation) {
		if (primary == null || !primary.answered || primary.lsn() == null) {
			return wal;
		}
		return wal.with(observation.nanoTime(), primary.lsn());
	}

	private void measureLag(List<NodeDraft> nodes, @Nullable NodeDraft primary, LagBasis basis) {
		for (NodeDraft node : nodes) {
			if (node.role == NodeRole.REPLICA) {
				node.followsOldTimeline = followsOldTimeline(node, nodes, primary, basis.term);
				measureLag(node, basis);
			}
			else {
				node.followsOldTimeline = false;
				node.lag = (node == primary) ? Lag.NONE : Lag.UNKNOWN;
			}
		}
	}

	/**
	 * Where the role may not read which timeline a standby receives, its position tells
	 * as long as the deposed primary writes nothing: it has replayed exactly what that
	 * one has flushed, and the primary is somewhere else.
	 */
	private static boolean followsOldTimeline(NodeDraft replica, List<NodeDraft> nodes, @Nullable NodeDraft primary,
			@Nullable Term term) {
		ServerReport report = replica.report;
		if (report == null || report.receivedTimeline() > 0) {
			return report != null && report.receivedTimeline() < timeline(term);
		}
		Lsn replayed = report.lsn();
		if (replayed == null || primary == null) {
			return replica.followsOldTimeline;
		}
		return !replayed.equals(primary.lsn())
				&& nodes.stream().anyMatch((node) -> node.status == NodeStatus.FENCED && replayed.equals(node.lsn()));
	}

	private void measureLag(NodeDraft replica, LagBasis basis) {
		ServerReport report = replica.report;
		if (report == null) {
			return;
		}
		if (replica.answered || basis.newTerm || replica.lag.isUnknown()) {
			replica.lag = Lag.of(report, basis.wal, basis.nanoTime, this.settings);
		}
	}

	private Topology publish(Topology before, List<NodeDraft> drafts, @Nullable Term term,
			PrimaryElection.Result result, @Nullable Node pinned) {
		List<NodeState> nodes = drafts.stream().map(NodeDraft::freeze).toList();
		NodeDraft elected = result.primary();
		NodeState primary = (elected != null) ? nodes.get(drafts.indexOf(elected)) : null;
		Topology after = new Topology(before.epoch(), nodes, primary, term, result.conflict(), pinned);
		return TopologyChanges.routesAlike(before, after) ? after
				: new Topology(before.epoch() + 1, nodes, primary, term, result.conflict(), pinned);
	}

	/**
	 * That a node is lost comes last, after what follows from it.
	 */
	private static List<ClusterEvent> events(Topology before, Topology after, PrimaryElection.Result result,
			Observation observation) {
		List<ClusterEvent> events = TopologyChanges.between(before, after, result.rivals());
		if (!(observation instanceof Observation.NodeSilent silence)
				|| after.node(silence.nodeId()).identity() == null) {
			return events;
		}
		List<ClusterEvent> all = new ArrayList<>(events);
		all.add(new ClusterEvent.NodeLost(after.node(silence.nodeId()).node(),
				Duration.ofNanos(silence.silentNanos())));
		return List.copyOf(all);
	}

	private static Set<String> silent(List<NodeDraft> nodes) {
		Set<String> silent = new HashSet<>();
		for (NodeDraft node : nodes) {
			if (node.silent) {
				silent.add(node.before.id());
			}
		}
		return silent;
	}

	private static Map<String, ServerReport> reports(List<NodeDraft> nodes) {
		Map<String, ServerReport> reports = new HashMap<>();
		for (NodeDraft node : nodes) {
			if (node.report != null) {
				reports.put(node.before.id(), node.report);
			}
		}
		return reports;
	}

	private static int timeline(@Nullable Term term) {
		return (term != null) ? term.timeline() : 0;
	}

	/**
	 * What lags are measured against.
	 *
	 * @param wal the primary's positions
	 * @param term the newest term
	 * @param newTerm whether it has just begun
	 * @param nanoTime the present
	 */
	private record LagBasis(WalClock wal, @Nullable Term term, boolean newTerm, long nanoTime) {

	}

}
