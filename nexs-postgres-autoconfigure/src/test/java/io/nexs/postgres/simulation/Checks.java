package io.nexs.postgres.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.ConflictPolicy;
import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.cluster.SimulatedMonitor.Answer;
import io.nexs.postgres.cluster.Term;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.failover.FailoverEvent;
import io.nexs.postgres.failover.FailoverState;
import io.nexs.postgres.routing.Route;
import org.jspecify.annotations.Nullable;

/**
 * What must hold at every step, worked out from the answers to the probes and from the
 * events, apart from how the library does it.
 */
final class Checks {

	private final MonitorSettings settings;

	private final boolean refuses;

	private final boolean calm;

	private final Agenda agenda;

	private long primarySince;

	private boolean allHealthy;

	private final Map<String, Known> known = new HashMap<>();

	/** By timeline, the moment an answer first showed a server writable on it. */
	private final TreeMap<Integer, Long> seen = new TreeMap<>();

	private final Map<String, NodeRole> roles = new HashMap<>();

	private final Map<String, NodeStatus> statuses = new HashMap<>();

	private @Nullable Node primary;

	private PrimaryConflict conflict = PrimaryConflict.NONE;

	private @Nullable Term primaryTerm;

	private @Nullable Node pinned;

	private FailoverState state = FailoverState.FAILED;

	private boolean inFailover;

	private int highestUsed;

	private int conflicts;

	private int fencings;

	private int changes;

	private int givenUp;

	Checks(Topology initial, Schedule schedule, Agenda agenda) {
		this.agenda = agenda;
		this.calm = schedule.kind() == Schedule.Kind.CALM;
		this.settings = schedule.settings();
		this.refuses = this.settings.onConflict() == ConflictPolicy.REFUSE;
		for (NodeState node : initial.nodes()) {
			this.roles.put(node.id(), node.role());
			this.statuses.put(node.id(), node.status());
		}
	}

	static void require(boolean condition, Supplier<String> what) {
		if (!condition) {
			throw new AssertionError(what.get());
		}
	}

	void answered(String node, Answer answer, long time, long moment) {
		this.known.computeIfAbsent(node, (id) -> new Known()).answered(answer, time);
		if (!answer.standby() && answer.identity().systemIdentifier().equals(Server.SYSTEM)) {
			this.seen.putIfAbsent(answer.timeline(), moment);
		}
	}

	private int highestSeen() {
		return this.seen.isEmpty() ? 0 : this.seen.lastKey();
	}

	/**
	 * The moment a primary on a newer timeline was first seen.
	 */
	long newerSeenAt(int timeline) {
		return this.seen.tailMap(timeline, false).values().stream().min(Long::compare).orElse(Long.MAX_VALUE);
	}

	void fencedAtOnce(int node, Answer answer, Topology topology) {
		NodeState state = topology.nodes().get(node);
		if (!answer.identity().systemIdentifier().equals(Server.SYSTEM)) {
			require(state.role() == NodeRole.UNKNOWN && !state.status().takesWork(),
					() -> "a foreign server is in use: " + state.describe());
			return;
		}
		require(state.role() == (answer.standby() ? NodeRole.REPLICA : NodeRole.PRIMARY),
				() -> "not what the server said: " + state.describe());
		if (!answer.standby() && !this.refuses && answer.timeline() < highestSeen()) {
			require(state.status() == NodeStatus.FENCED || state.status() == NodeStatus.MAINTENANCE,
					() -> "an old primary is not fenced: " + state.describe());
		}
	}

	void published(Topology before, Topology after, List<ClusterEvent> events) {
		require(!this.calm || !this.allHealthy || events.isEmpty(), () -> "nothing happened but " + events);
		this.allHealthy |= after.nodes().stream().allMatch((node) -> node.status() == NodeStatus.HEALTHY);
		events.forEach(this::fold);
		for (NodeState node : after.nodes()) {
			require(this.roles.get(node.id()) == node.role(), () -> "a role without event: " + node.describe());
			require(this.statuses.get(node.id()) == node.status(), () -> "a status without event: " + node.describe());
			require(node.role() != NodeRole.UNKNOWN || !node.status().takesWork(),
					() -> "an unknown role is in use: " + node.describe());
		}
		Node now = (after.primary() != null) ? after.primary().node() : null;
		require(now == null || Objects.equals(this.primaryTerm, after.term()),
				() -> "a term without event: " + after.describe());
		require(Objects.equals(this.primary, now), () -> "a primary without event: " + after.describe());
		require(this.conflict == after.conflict(), () -> "a conflict without event: " + after.describe());
		require(after.conflict() != PrimaryConflict.SAME_TIMELINE
				|| after.nodes().stream().filter((node) -> isOnTerm(node, after)).count() > 1,
				() -> "no conflict: " + after.describe());
		int termBefore = (before.term() != null) ? before.term().timeline() : 0;
		require(!this.refuses || after.hasPrimary() || claimants(after) < 2 || isNewerInMaintenance(after)
				|| (after.term() != null && after.term().timeline() == termBefore),
				() -> "a term begins in a conflict: " + after.describe());
		require(termBefore == 0 || (after.term() != null && after.term().timeline() >= termBefore),
				() -> "the term went back: " + after.describe());
		require(events.stream().allMatch(ClusterEvent.NodeLost.class::isInstance) || after.epoch() > before.epoch(),
				() -> "an event without epoch: " + events);
	}

	private static boolean isNewerInMaintenance(Topology topology) {
		return topology.nodes()
			.stream()
			.anyMatch((node) -> node.status() == NodeStatus.MAINTENANCE && isOnTerm(node, topology));
	}

	private static long claimants(Topology topology) {
		return topology.nodes()
			.stream()
			.filter((node) -> node.role() == NodeRole.PRIMARY && node.status() != NodeStatus.MAINTENANCE)
			.count();
	}

	private static boolean isOnTerm(NodeState node, Topology topology) {
		return node.role() == NodeRole.PRIMARY && topology.term() != null
				&& node.timeline() >= topology.term().timeline();
	}

	private void fold(ClusterEvent event) {
		if (event instanceof ClusterEvent.RoleChanged change) {
			require(change.from() != change.to() && this.roles.put(change.node().id(), change.to()) == change.from(),
					() -> "no change: " + change);
		}
		else if (event instanceof ClusterEvent.StatusChanged change) {
			require(change.from().canBecome(change.to()), () -> "a forbidden move: " + change);
			require(this.statuses.put(change.node().id(), change.to()) == change.from(), () -> "no change: " + change);
			this.fencings += (change.to() == NodeStatus.FENCED) ? 1 : 0;
		}
		else if (event instanceof ClusterEvent.PrimaryChanged change) {
			require(Objects.equals(this.primary, change.from()), () -> "not from there: " + change);
			this.primary = change.to();
			this.primaryTerm = change.term();
			this.primarySince = this.agenda.now();
			this.changes++;
		}
		else if (event instanceof ClusterEvent.ConflictDetected change) {
			require(this.conflict == PrimaryConflict.NONE && !change.nodes().isEmpty(), () -> "no conflict: " + change);
			this.conflict = change.conflict();
			this.conflicts++;
		}
		else if (event instanceof ClusterEvent.ConflictResolved change) {
			require(this.conflict == change.conflict(), () -> "no conflict: " + change);
			this.conflict = PrimaryConflict.NONE;
		}
		else if (event instanceof ClusterEvent.PinChanged change) {
			require(Objects.equals(this.pinned, change.from()), () -> "not from there: " + change);
			this.pinned = change.to();
		}
		else if (event instanceof ClusterEvent.NodeLost) {
			this.givenUp++;
		}
	}

	/**
	 * What is told of losses fits what happened.
	 */
	void told(List<FailoverEvent> told, FailoverState state, List<ClusterEvent> events) {
		long fenced = events.stream()
			.filter((event) -> event instanceof ClusterEvent.StatusChanged change && change.to() == NodeStatus.FENCED)
			.count();
		for (FailoverEvent event : told) {
			if (event instanceof FailoverEvent.StateChanged change) {
				require(this.state == change.from() && change.from().canBecome(change.to()),
						() -> "a forbidden move: " + change);
				this.state = change.to();
			}
			else if (event instanceof FailoverEvent.FailoverStarted) {
				require(!this.inFailover, () -> "two losses at once");
				this.inFailover = true;
			}
			else if (event instanceof FailoverEvent.FailoverCompleted) {
				require(this.inFailover, () -> "no loss to be over");
				this.inFailover = false;
			}
			else if (event instanceof FailoverEvent.NodeFenced) {
				fenced--;
			}
		}
		require(fenced == 0, () -> "fenced nodes that were not told");
		require(this.state == state, () -> "a state without event: " + state);
		require((state == FailoverState.FAILED) == (this.primary == null), () -> "writes " + state);
		require(state != FailoverState.ACTIVE || !this.inFailover, () -> "a loss is not over");
	}

	void routedWrite(Topology topology, Node node) {
		NodeState state = topology.node(node.id());
		require(state.role() == NodeRole.PRIMARY && state.status().takesWork(), () -> "a write to " + state.describe());
		require(state.identity() != null && state.identity().systemIdentifier().equals(Server.SYSTEM),
				() -> "a write to another system: " + state.describe());
		require(state.timeline() >= this.highestUsed,
				() -> "a write to timeline " + state.timeline() + " after one to " + this.highestUsed);
		require(this.pinned == null || this.pinned.equals(node), () -> "a write beside the pinned node");
		require(this.refuses || state.timeline() == highestSeen(),
				() -> "a write to timeline " + state.timeline() + " though " + highestSeen() + " was seen");
		for (NodeState other : topology.nodes()) {
			require(other == state || other.role() != NodeRole.PRIMARY || other.status() == NodeStatus.MAINTENANCE
					|| (!this.refuses && other.timeline() < state.timeline())
					|| (node.equals(this.pinned) && other.timeline() <= state.timeline()),
					() -> "a write beside another primary: " + topology.describe());
		}
		this.highestUsed = state.timeline();
	}

	/**
	 * A commit succeeds only on a timeline that is not older than one a write was sent
	 * to, and where nobody else is known to be writable who may be right.
	 */
	void acknowledged(Topology topology, int timeline, Server server) {
		require(timeline >= this.highestUsed,
				() -> "acknowledged on timeline " + timeline + " after " + this.highestUsed + " was used");
		for (NodeState other : topology.nodes()) {
			require(other.id().equals(server.name()) || other.role() != NodeRole.PRIMARY
					|| other.status() == NodeStatus.MAINTENANCE || other.timeline() < timeline
					|| (this.pinned != null && this.pinned.id().equals(server.name())),
					() -> "a commit on timeline " + timeline + " beside another primary: " + topology.describe());
		}
	}

	void routedRead(Topology topology, @Nullable Route route) {
		if (route == null) {
			return;
		}
		NodeState state = topology.node(route.node().id());
		require(state.role() == route.role() && state.status().takesWork(), () -> "a read to " + state.describe());
		if (state.role() == NodeRole.REPLICA) {
			checkNotStale(topology, state);
		}
		require(state.role() == NodeRole.REPLICA || state == topology.primary(),
				() -> "a read to no primary: " + state.describe());
	}

	/**
	 * By the answers alone, and with some tolerance: it follows nobody deposed, and lags
	 * the primary not by both limits. Lag is not measured while there is no primary.
	 */
	private void checkNotStale(Topology topology, NodeState state) {
		Known replica = this.known.get(state.id());
		NodeState elected = topology.primary();
		require(this.refuses || replica.last.timeline() == 0 || replica.last.timeline() >= highestSeen(),
				() -> "a read on a standby of a deposed primary: " + state.describe());
		if (elected != null && elected.timeline() == highestSeen()
				&& this.agenda.now() - this.primarySince > 2 * this.settings.interval().toNanos()) {
			Known known = this.known.get(elected.id());
			long passed = known.passed(replica.last.lsn() + 2 * this.settings.maxLagBytes(), elected.timeline());
			require(replica.lastAt - passed <= this.settings.maxLag().toNanos() + 2 * Agenda.MILLI,
					() -> "a stale read: " + state);
		}
	}

	void recovered(Topology topology, Server primary, List<Server> servers, FailoverState state) {
		NodeState elected = topology.primary();
		require(elected != null && elected.id().equals(primary.name()),
				() -> primary + " is not the primary: " + topology.describe());
		require(state == FailoverState.ACTIVE, () -> "writes are " + state);
		for (Server server : servers) {
			NodeState node = topology.node(server.name());
			if (server.writable && server != primary) {
				require(node.status() == NodeStatus.FENCED, () -> "not fenced: " + node.describe());
			}
			else {
				require(node.status() == NodeStatus.HEALTHY, () -> "not healthy: " + node.describe());
				require(server == primary || node.servesReads(), () -> "serves no reads: " + node.describe());
			}
		}
	}

	int conflicts() {
		return this.conflicts;
	}

	int fencings() {
		return this.fencings;
	}

	/**
	 * Nodes nobody had heard of for too long.
	 */
	int givenUp() {
		return this.givenUp;
	}

	int changes() {
		return this.changes;
	}

	/**
	 * What a node said.
	 */
	private static final class Known {

		private final List<Answer> answers = new ArrayList<>();

		private final List<Long> times = new ArrayList<>();

		private Answer last;

		private long lastAt;

		void answered(Answer answer, long time) {
			this.last = answer;
			this.lastAt = time;
			if (!answer.standby()) {
				this.answers.add(answer);
				this.times.add(time);
			}
		}

		/**
		 * When it was first seen as a primary past a position.
		 */
		long passed(long position, int timeline) {
			long first = Long.MAX_VALUE;
			for (int i = this.answers.size() - 1; i >= 0; i--) {
				if (this.answers.get(i).timeline() != timeline || this.answers.get(i).lsn() <= position) {
					break;
				}
				first = this.times.get(i);
			}
			return first;
		}

	}

}
