package io.nexs.postgres.failover;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.cluster.Term;
import io.nexs.postgres.cluster.Topology;
import org.jspecify.annotations.Nullable;

/**
 * Follows the topologies and keeps account of every loss of a primary: state, times,
 * history, events. It has no clock. One thread feeds it; {@link #view()} may be read by
 * any.
 */
final class FailoverTracker {

	private final FailoverSettings settings;

	private final WriteWaiting waiting;

	private final List<FailoverEvent> events = new ArrayList<>();

	private final LastAnswers answers = new LastAnswers();

	private final LatencyWatches latencies = new LatencyWatches();

	private @Nullable Node primary;

	private @Nullable Term term;

	private @Nullable Loss loss;

	/** Whether a replica must serve reads before all is as it was. */
	private boolean replicaExpected;

	private boolean replicaServes;

	private boolean fallback;

	private volatile TrackerView view = TrackerView.INITIAL;

	FailoverTracker(FailoverSettings settings, WriteWaiting waiting) {
		this.settings = settings;
		this.waiting = waiting;
	}

	/**
	 * Takes the next topology.
	 * @param topology the topology
	 * @param changes what changed
	 * @param now the present
	 * @return what is to be told, in order
	 */
	List<FailoverEvent> next(Topology topology, List<ClusterEvent> changes, Moment now) {
		this.events.clear();
		this.answers.learn(topology, now);
		this.latencies.next(topology, now, this.events);
		changes.forEach(this::follow);
		TrackerView next = this.view.withNodes(topology, now);
		next = followPrimary(next, topology, now);
		followReplicas(topology);
		next = complete(next, now);
		next = settle(next, target(topology), now);
		this.view = next.with(this.loss).fenced(count(FailoverEvent.NodeFenced.class));
		return List.copyOf(this.events);
	}

	TrackerView view() {
		return this.view;
	}

	Set<String> slow() {
		return this.latencies.slow();
	}

	private int count(Class<? extends FailoverEvent> type) {
		return (int) this.events.stream().filter(type::isInstance).count();
	}

	private void follow(ClusterEvent change) {
		if (!(change instanceof ClusterEvent.StatusChanged status)) {
			return;
		}
		if (status.from() == NodeStatus.MAINTENANCE) {
			this.events.add(new FailoverEvent.MaintenanceEnded(status.node()));
		}
		if (status.to() == NodeStatus.MAINTENANCE) {
			this.events.add(new FailoverEvent.MaintenanceBegan(status.node()));
		}
		if (status.to() == NodeStatus.FENCED) {
			String reason = (status.reason() != null) ? status.reason() : "a newer primary is known";
			this.events.add(new FailoverEvent.NodeFenced(status.node(), reason));
		}
	}

	private TrackerView followPrimary(TrackerView before, Topology topology, Moment now) {
		Node was = this.primary;
		Node is = (topology.primary() != null) ? topology.primary().node() : null;
		boolean sameTerm = Objects.equals(this.term, topology.term());
		TrackerView next = before;
		if (was != null && (!was.equals(is) || !sameTerm)) {
			next = lost(next, was, topology, now);
		}
		if (is != null && (!is.equals(was) || !sameTerm)) {
			next = next.primarySince(now);
			Loss open = this.loss;
			if (open != null && open.found() == null) {
				this.loss = open.found(is, topology.term(), now);
			}
		}
		this.primary = is;
		this.term = (is != null) ? topology.term() : this.term;
		return (is == null) ? next.primarySince(null) : next;
	}

	/**
	 * Writes that still wait for a connection to the primary that is lost now wait on;
	 * the loss before counts as over.
	 */
	private TrackerView lost(TrackerView before, Node node, Topology topology, Moment now) {
		TrackerView next = close(before);
		String reason = reason(topology, topology.node(node.id()));
		Duration detection = this.answers.since(node.id(), now);
		this.loss = new Loss(next.losses() + 1, node, this.term, reason, now, detection, null, false,
				this.waiting.begin(now.nanos()));
		this.replicaExpected = this.replicaServes;
		this.events.add(new FailoverEvent.FailoverStarted(node, reason, detection));
		return next.lost();
	}

	private static String reason(Topology topology, NodeState state) {
		if (state.lastError() != null) {
			return state.lastError();
		}
		if (topology.primary() == null && topology.conflict() != PrimaryConflict.NONE) {
			return "conflict " + topology.conflict();
		}
		return "it is a " + state.role() + ", " + state.status();
	}

	private TrackerView complete(TrackerView before, Moment now) {
		Loss open = this.loss;
		if (open == null) {
			return before;
		}
		if (open.found() != null) {
			return (this.waiting.waiting() == 0) ? close(before) : before;
		}
		if (!open.overdue() && now.since(open.lost()).compareTo(this.settings.waitTimeout()) > 0) {
			this.loss = open.asOverdue();
			this.events.add(new FailoverEvent.FailoverFailed(open.toRecord()));
			return before.failed();
		}
		return before;
	}

	private TrackerView close(TrackerView before) {
		Loss open = this.loss;
		this.loss = null;
		if (open == null) {
			return before;
		}
		FailoverRecord record = open.toRecord();
		if (open.found() != null) {
			this.events.add(new FailoverEvent.FailoverCompleted(record));
		}
		return before.closed(record);
	}

	private void followReplicas(Topology topology) {
		List<NodeState> serving = topology.nodes().stream().filter(NodeState::servesReads).toList();
		boolean serves = !serving.isEmpty();
		if (this.replicaServes && !serves) {
			this.fallback = true;
			this.events.add(new FailoverEvent.ReadFallbackBegan(others(topology)));
		}
		else if (this.fallback && serves) {
			this.fallback = false;
			this.events.add(new FailoverEvent.ReadFallbackEnded(serving.stream().map(NodeState::node).toList()));
		}
		this.replicaServes = serves;
	}

	private static List<Node> others(Topology topology) {
		return topology.nodes().stream().filter((state) -> state != topology.primary()).map(NodeState::node).toList();
	}

	private FailoverState target(Topology topology) {
		NodeState present = topology.primary();
		if (present == null) {
			return FailoverState.FAILED;
		}
		boolean settled = present.status() == NodeStatus.HEALTHY && this.loss == null
				&& (this.replicaServes || !this.replicaExpected);
		return settled ? FailoverState.ACTIVE : FailoverState.RECOVERING;
	}

	/**
	 * Moves step by step, so that every move is one of the table.
	 */
	private TrackerView settle(TrackerView before, FailoverState target, Moment now) {
		TrackerView next = before;
		while (next.state() != target) {
			FailoverState step = next.state().canBecome(target) ? target : FailoverState.RECOVERING;
			this.events.add(new FailoverEvent.StateChanged(next.state(), step));
			next = next.in(step, now);
		}
		if (target == FailoverState.ACTIVE) {
			this.replicaExpected = false;
		}
		return next;
	}

	/**
	 * When each node last gave a good answer.
	 */
	private static final class LastAnswers {

		private List<@Nullable Instant> probes = List.of();

		private List<@Nullable Moment> answers = List.of();

		private List<String> ids = List.of();

		void learn(Topology topology, Moment now) {
			List<@Nullable Instant> newProbes = new ArrayList<>();
			List<@Nullable Moment> newAnswers = new ArrayList<>();
			for (int i = 0; i < topology.nodes().size(); i++) {
				NodeState state = topology.nodes().get(i);
				boolean isNew = i >= this.probes.size() || !Objects.equals(this.probes.get(i), state.lastProbe());
				boolean good = state.successes() > 0 && state.failures() == 0;
				newProbes.add(state.lastProbe());
				newAnswers.add((isNew && good) ? now : ((i < this.answers.size()) ? this.answers.get(i) : null));
			}
			this.probes = newProbes;
			this.answers = newAnswers;
			this.ids = topology.nodes().stream().map(NodeState::id).toList();
		}

		Duration since(String id, Moment now) {
			Moment answer = this.answers.get(this.ids.indexOf(id));
			return (answer != null) ? now.since(answer) : Duration.ZERO;
		}

	}

}
