package io.nexs.postgres.autoconfigure;

import java.io.FileNotFoundException;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import javax.net.ssl.SSLException;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeIdentity;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.pool.NodeConnector;
import io.nexs.postgres.sqlstate.SqlStates;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one node. Found in a topology and in the failure of the last probe,
 * by its SQLSTATE and the types of its causes. No part of it is secret.
 *
 * @param node the node
 * @param kind what is wrong
 * @param detail what the server, the driver or the comparison with other nodes said
 */
record StartupProblem(Node node, StartupProblemKind kind, String detail) {

	private static final Set<String> STRICT = Set.of("require", "verify-ca", "verify-full");

	/**
	 * Looks at all nodes that were probed.
	 * @param topology what is known of them
	 * @param failures gives the failure of the last probe by the id of a node
	 * @return the problems in the order of the nodes, one a node at most
	 */
	static List<StartupProblem> in(Topology topology, Function<String, @Nullable SQLException> failures) {
		List<StartupProblem> problems = new ArrayList<>();
		for (NodeState state : topology.nodes()) {
			StartupProblem problem = of(state, topology, failures);
			if (problem != null) {
				problems.add(problem);
			}
		}
		return List.copyOf(problems);
	}

	private static @Nullable StartupProblem of(NodeState state, Topology topology,
			Function<String, @Nullable SQLException> failures) {
		if (state.failures() > 0) {
			SQLException failure = failures.apply(state.id());
			String detail = (state.lastError() != null) ? state.lastError() : "no answer";
			return new StartupProblem(state.node(), kind(state.node(), failure), detail);
		}
		NodeIdentity identity = state.identity();
		return (identity != null) ? ofServer(state, identity, topology) : null;
	}

	private static @Nullable StartupProblem ofServer(NodeState state, NodeIdentity identity, Topology topology) {
		String system = system(topology);
		if (!identity.systemIdentifier().isEmpty() && !system.isEmpty()
				&& !system.equals(identity.systemIdentifier())) {
			return new StartupProblem(state.node(), StartupProblemKind.OTHER_CLUSTER, "its system identifier is "
					+ identity.systemIdentifier() + ", that of " + firstOf(system, topology) + " is " + system);
		}
		int version = identity.majorVersion();
		if (version > 0 && version < NodeConnector.OLDEST_SERVER) {
			return new StartupProblem(state.node(), StartupProblemKind.VERSION,
					"it says server_version = " + identity.serverVersion());
		}
		NodeState same = sameBefore(state, identity, topology);
		return (same == null) ? null : new StartupProblem(state.node(), StartupProblemKind.SAME_SERVER,
				"as " + same.node() + ": port " + identity.port() + ", started " + identity.startedAt());
	}

	/**
	 * The identifier the monitor goes by, the first one where there was no primary yet.
	 */
	private static String system(Topology topology) {
		if (topology.term() != null) {
			return topology.term().systemIdentifier();
		}
		return topology.nodes()
			.stream()
			.map(NodeState::identity)
			.filter((identity) -> identity != null && !identity.systemIdentifier().isEmpty())
			.map(NodeIdentity::systemIdentifier)
			.findFirst()
			.orElse("");
	}

	private static String firstOf(String system, Topology topology) {
		return topology.nodes()
			.stream()
			.filter((node) -> node.identity() != null && system.equals(node.identity().systemIdentifier()))
			.map((node) -> node.node().toString())
			.findFirst()
			.orElse("the cluster");
	}

	private static @Nullable NodeState sameBefore(NodeState state, NodeIdentity identity, Topology topology) {
		for (NodeState other : topology.nodes()) {
			if (other == state) {
				return null;
			}
			if (other.failures() == 0 && other.identity() != null && identity.sameProcess(other.identity())) {
				return other;
			}
		}
		return null;
	}

	private static StartupProblemKind kind(Node node, @Nullable SQLException failure) {
		String sqlState = (failure != null) ? failure.getSQLState() : null;
		if (failure == null || sqlState == null) {
			return StartupProblemKind.OTHER;
		}
		return switch (sqlState) {
			case SqlStates.INVALID_PASSWORD, SqlStates.INVALID_AUTHORIZATION_SPECIFICATION ->
				StartupProblemKind.CREDENTIALS;
			case SqlStates.INVALID_CATALOG_NAME -> StartupProblemKind.DATABASE;
			case SqlStates.INSUFFICIENT_PRIVILEGE -> StartupProblemKind.RIGHT;
			case SqlStates.CANNOT_CONNECT_NOW, SqlStates.TOO_MANY_CONNECTIONS -> StartupProblemKind.NOT_READY;
			case SqlStates.SQLSERVER_REJECTED_ESTABLISHMENT_OF_SQLCONNECTION -> refused(node);
			default -> lost(node, failure, sqlState);
		};
	}

	/**
	 * The driver has one state for a server that offers no TLS where it is required and
	 * for one that asks for a password where there is none.
	 */
	private static StartupProblemKind refused(Node node) {
		if (!isStrict(node)) {
			return StartupProblemKind.CREDENTIALS;
		}
		return (node.dsn().password() != null) ? StartupProblemKind.NO_TLS : StartupProblemKind.NO_TLS_OR_PASSWORD;
	}

	private static boolean isStrict(Node node) {
		return STRICT.contains(node.dsn().parameters().getOrDefault("sslmode", ""));
	}

	private static StartupProblemKind lost(Node node, SQLException failure, String sqlState) {
		if (!sqlState.startsWith("08")) {
			return StartupProblemKind.OTHER;
		}
		if (failure.getCause() == null && "verify-full".equals(node.dsn().parameters().get("sslmode"))
				&& SqlStates.CONNECTION_FAILURE.equals(sqlState)) {
			// What the driver throws when the host is none of the certificate's
			return StartupProblemKind.CERTIFICATE;
		}
		boolean tls = false;
		for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
			if (cause instanceof GeneralSecurityException) {
				return StartupProblemKind.CERTIFICATE;
			}
			tls |= cause instanceof SSLException || cause instanceof FileNotFoundException
					|| cause instanceof NoSuchFileException;
		}
		return tls ? StartupProblemKind.TLS : StartupProblemKind.UNREACHABLE;
	}

	/**
	 * One line for messages: id, address, what is wrong, and the evidence.
	 */
	String describe() {
		return this.node.id() + " " + this.node.address() + " " + this.kind.what() + " (" + this.detail + ")";
	}

}
