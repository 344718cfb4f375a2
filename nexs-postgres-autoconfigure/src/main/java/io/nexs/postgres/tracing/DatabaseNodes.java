package io.nexs.postgres.tracing;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.nexs.postgres.cluster.Node;
import org.jspecify.annotations.Nullable;

/**
 * The configured nodes by their ids.
 *
 * @param byId the nodes
 * @param database name of the database
 */
record DatabaseNodes(Map<String, Node> byId, String database) {

	static DatabaseNodes of(List<Node> nodes) {
		return new DatabaseNodes(nodes.stream().collect(Collectors.toUnmodifiableMap(Node::id, (node) -> node)),
				nodes.isEmpty() ? "" : nodes.get(0).dsn().database());
	}

	@Nullable Node node(@Nullable String id) {
		return (id != null) ? this.byId.get(id) : null;
	}

}
