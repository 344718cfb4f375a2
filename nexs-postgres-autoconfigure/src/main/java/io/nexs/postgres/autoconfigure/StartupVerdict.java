package io.nexs.postgres.autoconfigure;

import java.util.List;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.cluster.Topology;

/**
 * Whether the application starts, by what is known of its servers. Pure.
 *
 * @param outcome what to do
 * @param reason why, as the beginning of a sentence
 */
record StartupVerdict(Outcome outcome, String reason) {

	private static final StartupVerdict START = new StartupVerdict(Outcome.START, "");

	static StartupVerdict of(Topology topology, List<StartupProblem> problems, NexsDbProperties.Startup settings,
			boolean timeIsOver) {
		boolean failFast = settings.mode() == NexsDbProperties.StartupMode.FAIL_FAST;
		if (has(problems, StartupProblemKind.OTHER_CLUSTER)) {
			return fail("The nodes belong to different clusters");
		}
		if (has(problems, StartupProblemKind.VERSION)) {
			return fail("A server is older than the versions supported");
		}
		if (failFast && has(problems, StartupProblemKind.SAME_SERVER)) {
			return fail("One server is listed twice");
		}
		if (isSatisfied(topology, settings.require())) {
			return START;
		}
		if (isInVain(topology, problems)) {
			return fail(reason(topology, settings) + ", and waiting would not change that");
		}
		if (failFast && isComplete(topology)) {
			return fail(reason(topology, settings) + " at the first look ('nexs.db.startup.mode' is 'fail-fast')");
		}
		if (timeIsOver) {
			return fail(reason(topology, settings) + " within " + settings.timeout().toMillis()
					+ " ms ('nexs.db.startup.timeout')");
		}
		return new StartupVerdict(Outcome.WAIT, reason(topology, settings));
	}

	/**
	 * Whether every node was probed.
	 */
	static boolean isComplete(Topology topology) {
		return topology.nodes().stream().allMatch((node) -> node.lastProbe() != null);
	}

	/**
	 * Whether replicas can be used, and nothing else.
	 */
	static boolean hasOnlyReplicas(Topology topology) {
		return !topology.hasPrimary() && hasReplica(topology)
				&& topology.nodes().stream().noneMatch((node) -> node.role() == NodeRole.PRIMARY);
	}

	private static boolean isSatisfied(Topology topology, NexsDbProperties.StartupRequirement required) {
		return topology.hasPrimary() || (required == NexsDbProperties.StartupRequirement.NODE && isComplete(topology)
				&& hasReplica(topology));
	}

	private static boolean hasReplica(Topology topology) {
		return topology.nodes().stream().anyMatch((node) -> node.role() == NodeRole.REPLICA);
	}

	/**
	 * Every node has refused as often as it takes to be unhealthy, for a reason that
	 * stays.
	 */
	private static boolean isInVain(Topology topology, List<StartupProblem> problems) {
		return problems.size() == topology.nodes().size() && problems.stream()
			.allMatch((problem) -> problem.kind().isLasting()
					&& topology.node(problem.node().id()).status() == NodeStatus.UNHEALTHY);
	}

	private static String reason(Topology topology, NexsDbProperties.Startup settings) {
		if (topology.conflict() != PrimaryConflict.NONE) {
			return "No primary was found, because several servers are writable (" + topology.conflict() + "),";
		}
		if (hasOnlyReplicas(topology)) {
			return "No primary was found, only replicas,";
		}
		return (settings.require() == NexsDbProperties.StartupRequirement.NODE) ? "No node could be used"
				: "No primary was found";
	}

	private static boolean has(List<StartupProblem> problems, StartupProblemKind kind) {
		return problems.stream().anyMatch((problem) -> problem.kind() == kind);
	}

	private static StartupVerdict fail(String reason) {
		return new StartupVerdict(Outcome.FAIL, reason);
	}

	/**
	 * What to do.
	 */
	enum Outcome {

		/** Start. */
		START,

		/** Look again. */
		WAIT,

		/** Do not start. */
		FAIL

	}

}
