package io.nexs.postgres.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.dsn.PostgresDsn;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StartupVerdict} in states that servers are hard to bring into.
 */
class StartupVerdictTests {

	private static final NexsDbProperties.Startup WAIT = settings(NexsDbProperties.StartupMode.WAIT);

	private static NexsDbProperties.Startup settings(NexsDbProperties.StartupMode mode) {
		return new NexsDbProperties.Startup(mode, Duration.ofSeconds(2), NexsDbProperties.StartupRequirement.PRIMARY);
	}

	@Test
	void verdictWhenALogInIsRefusedWaitsUntilItWasRefusedAsOftenAsItTakes() {
		NodeState once = state("node-1", NodeStatus.SUSPECT, NodeRole.UNKNOWN);
		NodeState often = state("node-1", NodeStatus.UNHEALTHY, NodeRole.UNKNOWN);
		assertThat(verdict(PrimaryConflict.NONE, StartupProblemKind.CREDENTIALS, once))
			.isEqualTo(StartupVerdict.Outcome.WAIT);
		assertThat(verdict(PrimaryConflict.NONE, StartupProblemKind.CREDENTIALS, often))
			.isEqualTo(StartupVerdict.Outcome.FAIL);
		assertThat(verdict(PrimaryConflict.NONE, StartupProblemKind.UNREACHABLE, often))
			.isEqualTo(StartupVerdict.Outcome.WAIT);
	}

	@Test
	void verdictWhenOneNodeMayStillComeWaits() {
		NodeState refused = state("node-1", NodeStatus.UNHEALTHY, NodeRole.UNKNOWN);
		NodeState replica = state("node-2", NodeStatus.HEALTHY, NodeRole.REPLICA);
		assertThat(verdict(PrimaryConflict.NONE, StartupProblemKind.CREDENTIALS, refused, replica))
			.isEqualTo(StartupVerdict.Outcome.WAIT);
	}

	@Test
	void verdictWhenTwoServersAreWritableNamesTheConflict() {
		Topology topology = topology(PrimaryConflict.SAME_TIMELINE,
				state("node-1", NodeStatus.HEALTHY, NodeRole.PRIMARY),
				state("node-2", NodeStatus.HEALTHY, NodeRole.PRIMARY));
		StartupVerdict verdict = StartupVerdict.of(topology, List.of(), WAIT, true);
		StartupReport report = new StartupReport(topology, List.of());
		assertThat(verdict.outcome()).isEqualTo(StartupVerdict.Outcome.FAIL);
		assertThat(report.description(verdict.reason()))
			.startsWith("No primary was found, because several servers are writable (SAME_TIMELINE), within 2000 ms")
			.contains("node-2 h:5432 is a primary");
		assertThat(report.action(WAIT)).contains("Stop all writable servers but one");
	}

	@Test
	void verdictWhenAnyNodeIsEnoughAndWritableServersAreInConflictStartsWithTheReplica() {
		NexsDbProperties.Startup any = new NexsDbProperties.Startup(NexsDbProperties.StartupMode.WAIT,
				Duration.ofSeconds(2), NexsDbProperties.StartupRequirement.NODE);
		NodeState first = state("node-1", NodeStatus.HEALTHY, NodeRole.PRIMARY);
		NodeState second = state("node-2", NodeStatus.HEALTHY, NodeRole.PRIMARY);
		NodeState replica = state("node-3", NodeStatus.HEALTHY, NodeRole.REPLICA);
		Topology withReplica = topology(PrimaryConflict.SAME_TIMELINE, first, second, replica);
		assertThat(StartupVerdict.of(withReplica, List.of(), any, false).outcome())
			.isEqualTo(StartupVerdict.Outcome.START);
		assertThat(StartupVerdict.of(withReplica, List.of(), WAIT, false).outcome())
			.isEqualTo(StartupVerdict.Outcome.WAIT);
		assertThat(StartupVerdict.of(topology(PrimaryConflict.SAME_TIMELINE, first, second), List.of(), any, false)
			.outcome()).isEqualTo(StartupVerdict.Outcome.WAIT);
	}

	@Test
	void verdictWhenANodeWasNotLookedAtYetWaitsAlsoWhenFailFast() {
		NodeState unseen = new NodeState(node("node-1"), NodeRole.UNKNOWN, NodeStatus.SUSPECT, 0, null, -1, -1, 0, null,
				false, false, false, 0, 0, null, null);
		Topology topology = topology(PrimaryConflict.NONE, unseen);
		NexsDbProperties.Startup failFast = settings(NexsDbProperties.StartupMode.FAIL_FAST);
		assertThat(StartupVerdict.of(topology, List.of(), failFast, false).outcome())
			.isEqualTo(StartupVerdict.Outcome.WAIT);
		assertThat(new StartupReport(topology, List.of()).line()).isEqualTo("node-1 h:5432 has not answered yet");
	}

	private static StartupVerdict.Outcome verdict(PrimaryConflict conflict, StartupProblemKind kind,
			NodeState... nodes) {
		StartupProblem problem = new StartupProblem(nodes[0].node(), kind, "");
		return StartupVerdict.of(topology(conflict, nodes), List.of(problem), WAIT, false).outcome();
	}

	private static Topology topology(PrimaryConflict conflict, NodeState... nodes) {
		return new Topology(1, Arrays.asList(nodes), null, null, conflict);
	}

	private static NodeState state(String id, NodeStatus status, NodeRole role) {
		return new NodeState(node(id), role, status, 0, null, -1, -1, 0, null, false, false, false, 0, 0, Instant.EPOCH,
				null);
	}

	private static Node node(String id) {
		return new Node(id, PostgresDsn.parse("postgres://h/orders"));
	}

}
