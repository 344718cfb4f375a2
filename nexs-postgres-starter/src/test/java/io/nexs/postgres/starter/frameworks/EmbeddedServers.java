package io.nexs.postgres.starter.frameworks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;

/**
 * The servers of an embedded cluster.
 *
 * @param cluster the cluster
 */
record EmbeddedServers(EmbeddedCluster cluster) implements Servers {

	@Override
	public List<String> properties() {
		return List.of("nexs.db.dsn=" + this.cluster.dsn());
	}

	@Override
	public String primary() {
		return this.cluster.primary().id();
	}

	@Override
	public List<String> replicas() {
		return this.cluster.replicas().stream().map(EmbeddedNode::id).toList();
	}

	@Override
	public Map<Integer, String> roles() {
		String primary = primary();
		return this.cluster.nodes()
			.stream()
			.collect(Collectors.toMap(EmbeddedNode::directPort,
					(node) -> node.id().equals(primary) ? "primary" : "replica"));
	}

	@Override
	public Connection connect(String id) throws SQLException {
		return this.cluster.node(id).connect();
	}

}
