package io.nexs.postgres.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.cluster.Topology;

/**
 * The words in which a start tells of the servers: one line a node, and what to do by
 * what is wrong. Shows no secret.
 */
final class StartupReport {

	private static final String INDENT = System.lineSeparator() + "    ";

	private final Topology topology;

	private final List<StartupProblem> problems;

	StartupReport(Topology topology, List<StartupProblem> problems) {
		this.topology = topology;
		this.problems = problems;
	}

	/**
	 * All nodes in lines.
	 * @param reason the beginning of the sentence
	 */
	String description(String reason) {
		return reason.replaceAll(",$", "") + ":" + nodes().collect(Collectors.joining(INDENT, INDENT, ""));
	}

	/**
	 * All nodes in one line.
	 */
	String line() {
		return nodes().collect(Collectors.joining("; "));
	}

	private Stream<String> nodes() {
		return this.topology.nodes().stream().map(this::describe);
	}

	private String describe(NodeState state) {
		return this.problems.stream()
			.filter((problem) -> problem.node().equals(state.node()))
			.map(StartupProblem::describe)
			.findFirst()
			.orElseGet(() -> state.id() + " " + state.node().address() + " " + ((state.lastProbe() == null)
					? "has not answered yet" : "is a " + state.role().name().toLowerCase(Locale.ROOT)));
	}

	/**
	 * What to do, in lines; each advice once, with the nodes it is for.
	 * @param settings of the start
	 */
	String action(NexsDbProperties.Startup settings) {
		List<String> lines = new ArrayList<>();
		this.problems.stream()
			.collect(Collectors.groupingBy(StartupProblem::kind, TreeMap::new,
					Collectors.mapping((problem) -> problem.node().id(), Collectors.joining(", "))))
			.forEach((kind, nodes) -> lines.add(nodes + ": " + kind.action()));
		if (this.topology.conflict() != PrimaryConflict.NONE) {
			lines.add("Stop all writable servers but one, or let them follow it.");
		}
		if (StartupVerdict.hasOnlyReplicas(this.topology)) {
			lines.add("List the primary too: all servers of the cluster belong in 'nexs.db.dsn' and its companions, and"
					+ " roles are asked from them. If one was to be promoted, look at what does that. An application that"
					+ " only reads starts with 'nexs.db.startup.require' = node.");
		}
		if (this.problems.stream().noneMatch((problem) -> problem.kind().isLasting())) {
			lines.add("'nexs.db.startup.mode' (now " + name(settings.mode())
					+ ") says whether the start waits, and 'nexs.db.startup.timeout' for how long; with lazy it does not"
					+ " need the servers.");
		}
		return String.join(System.lineSeparator(), lines);
	}

	private static String name(NexsDbProperties.StartupMode mode) {
		return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
