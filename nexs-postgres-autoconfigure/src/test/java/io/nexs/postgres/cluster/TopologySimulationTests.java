package io.nexs.postgres.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random histories of crashes, freezes, cut networks, promotions and rejoins over the
 * reducer. A failure names its seed; give it to {@link #replay(long, ConflictPolicy)}.
 */
class TopologySimulationTests {

	private static final int SCHEDULES = 3000;

	private static final int STEPS = 150;

	private int primaries;

	private int fenced;

	private int conflicts;

	@ParameterizedTest
	@EnumSource(ConflictPolicy.class)
	void invariantsWhenHistoryIsRandomHold(ConflictPolicy policy) {
		for (long seed = 1; seed <= SCHEDULES; seed++) {
			try {
				replay(seed, policy);
			}
			catch (AssertionError | RuntimeException ex) {
				throw new AssertionError("seed " + seed + ", " + policy + ": " + ex.getMessage(), ex);
			}
		}
		assertThat(this.primaries).as("histories reach a primary").isGreaterThan(SCHEDULES);
		assertThat(this.fenced).as("histories reach fencing").isGreaterThan(SCHEDULES);
		assertThat(this.conflicts).as("histories reach conflicts").isGreaterThan(SCHEDULES / 10);
	}

	@Test
	void historyWhenReplayedWithItsSeedIsTheSame() {
		assertThat(replay(42, ConflictPolicy.NEWEST_TIMELINE)).isEqualTo(replay(42, ConflictPolicy.NEWEST_TIMELINE));
	}

	private Topology replay(long seed, ConflictPolicy policy) {
		Random random = new Random(seed * 0x9E3779B97F4A7C15L);
		int size = 2 + random.nextInt(4);
		MonitorSettings settings = MonitorSettings.defaults()
			.withThresholds(1 + random.nextInt(4), 1 + random.nextInt(3))
			.withOnConflict(policy);
		TopologyReducer reducer = new TopologyReducer(settings);
		ModelCluster model = new ModelCluster(random, size, settings);
		ClusterState state = ClusterState.initial(ClusterScript.nodes(size));
		Invariants invariants = new Invariants(policy, state.topology());
		for (int i = 0; i < STEPS; i++) {
			state = step(reducer, state, model.next(), invariants);
		}
		String expected = model.heal().id();
		for (Observation observation : model.endOfMaintenance()) {
			state = step(reducer, state, observation, invariants);
		}
		for (int round = 0; round <= settings.successThreshold(); round++) {
			for (Observation observation : model.probeRound()) {
				state = step(reducer, state, observation, invariants);
			}
		}
		Topology end = state.topology();
		assertThat(end.hasPrimary()).as("%s", end.describe()).isTrue();
		assertThat(end.primary().id()).isEqualTo(expected);
		assertThat(end.nodes()).extracting(NodeState::status).containsOnly(NodeStatus.HEALTHY);
		assertThat(end.nodes()).as("%s", end.nodes()).filteredOn(NodeState::servesReads).hasSize(size - 1);
		return end;
	}

	private ClusterState step(TopologyReducer reducer, ClusterState state, Observation observation,
			Invariants invariants) {
		Transition transition = reducer.reduce(state, observation);
		Topology after = transition.state().topology();
		invariants.check(state.topology(), after, transition.events(), observation);
		this.primaries += after.hasPrimary() ? 1 : 0;
		this.conflicts += (after.conflict() != PrimaryConflict.NONE) ? 1 : 0;
		this.fenced += after.nodes().stream().anyMatch((node) -> node.status() == NodeStatus.FENCED) ? 1 : 0;
		return transition.state();
	}

	/**
	 * What must hold after every observation.
	 */
	private static final class Invariants {

		private final ConflictPolicy policy;

		private final Map<String, NodeRole> roles = new HashMap<>();

		private final Map<String, NodeStatus> statuses = new HashMap<>();

		private String primary = "none";

		private PrimaryConflict conflict = PrimaryConflict.NONE;

		private int highestSeen;

		private int highestUsed;

		private int term;

		Invariants(ConflictPolicy policy, Topology initial) {
			this.policy = policy;
			for (NodeState node : initial.nodes()) {
				this.roles.put(node.id(), node.role());
				this.statuses.put(node.id(), node.status());
			}
		}

		void check(Topology before, Topology after, List<ClusterEvent> events, Observation observation) {
			checkPrimary(after, observation);
			checkNodes(after);
			checkEvents(after, events);
			boolean alike = TopologyChanges.routesAlike(before, after);
			require(after.epoch() == before.epoch() + (alike ? 0 : 1), "epoch", after);
			require(events.isEmpty() || !alike, "an event without a new epoch", after);
		}

		private void checkPrimary(Topology after, Observation observation) {
			if (observation instanceof Observation.ProbeSucceeded probe && !probe.report().inRecovery()) {
				this.highestSeen = Math.max(this.highestSeen, probe.report().timeline());
			}
			int newTerm = (after.term() != null) ? after.term().timeline() : 0;
			require(newTerm >= this.term, "the term went back", after);
			this.term = newTerm;
			NodeState elected = after.primary();
			if (elected == null) {
				return;
			}
			require(elected.role() == NodeRole.PRIMARY && elected.status().takesWork(), "unusable primary", after);
			require(elected.timeline() == newTerm && newTerm >= this.highestUsed, "older than one used", after);
			require(this.policy == ConflictPolicy.REFUSE || newTerm == this.highestSeen, "older than one seen", after);
			require(claimants(after, this.policy == ConflictPolicy.REFUSE) == 1, "two writable nodes", after);
			this.highestUsed = newTerm;
		}

		private static long claimants(Topology topology, boolean ofAnyTimeline) {
			return topology.nodes()
				.stream()
				.filter((node) -> node.role() == NodeRole.PRIMARY && node.status() != NodeStatus.MAINTENANCE
						&& (ofAnyTimeline || node.timeline() >= topology.term().timeline()))
				.count();
		}

		private void checkNodes(Topology after) {
			for (NodeState node : after.nodes()) {
				require(node.role() != NodeRole.UNKNOWN || !node.status().takesWork(), "unknown role", after);
				require(!node.servesReads() || node.role() == NodeRole.REPLICA, "reads on no replica", after);
				require(node.status() != NodeStatus.FENCED || node.role() == NodeRole.PRIMARY, "fenced standby", after);
				require(node.role() != NodeRole.PRIMARY || !node.status().takesWork() || after.term() == null
						|| node.timeline() >= after.term().timeline(), "an old primary not fenced", after);
				require(node.lagBytes() >= -1 && node.lagMillis() >= -1, "lag", after);
			}
		}

		/** Replaying the events alone must lead to the same topology. */
		private void checkEvents(Topology after, List<ClusterEvent> events) {
			for (ClusterEvent event : events) {
				if (event instanceof ClusterEvent.RoleChanged change) {
					require(this.roles.put(change.node().id(), change.to()) == change.from(), "role event", after);
				}
				else if (event instanceof ClusterEvent.StatusChanged change) {
					require(change.from().canBecome(change.to()), "forbidden move", after);
					require(this.statuses.put(change.node().id(), change.to()) == change.from(), "status event", after);
				}
				else if (event instanceof ClusterEvent.PrimaryChanged change) {
					require(name(change.from()).equals(this.primary), "primary event", after);
					this.primary = name(change.to());
				}
				else if (event instanceof ClusterEvent.ConflictDetected change) {
					require(change.nodes().size() > 1, "conflict of one", after);
					this.conflict = change.conflict();
				}
				else if (event instanceof ClusterEvent.ConflictResolved change) {
					require(change.conflict() == this.conflict, "conflict event", after);
					this.conflict = PrimaryConflict.NONE;
				}
			}
			for (NodeState node : after.nodes()) {
				require(this.roles.get(node.id()) == node.role(), "a role changed without event", after);
				require(this.statuses.get(node.id()) == node.status(), "a status changed without event", after);
			}
			NodeState elected = after.primary();
			require(this.primary.equals((elected != null) ? elected.id() : "none"), "primary without event", after);
			require(this.conflict == after.conflict(), "conflict without event", after);
		}

		private static String name(@Nullable Node node) {
			return (node != null) ? node.id() : "none";
		}

		private static void require(boolean condition, String what, Topology topology) {
			if (!condition) {
				throw new AssertionError(what + " in " + topology.describe());
			}
		}

	}

}
