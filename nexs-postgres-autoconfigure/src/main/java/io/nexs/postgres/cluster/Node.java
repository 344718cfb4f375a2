package io.nexs.postgres.cluster;

import java.util.Objects;
import java.util.Set;

import io.nexs.postgres.dsn.HostAndPort;
import io.nexs.postgres.dsn.PostgresDsn;
import org.jspecify.annotations.Nullable;

/**
 * One configured server. What it is (primary or replica) is not part of it.
 *
 * @param id the name of the node in keys, logs and meters; unique within the cluster
 * @param dsn how to reach it; names exactly one host
 * @param weight its share of reads relative to other nodes, at least 0
 * @param zone where it stands, or {@code null}
 * @param tags free words for selection by the user
 */
public record Node(String id, PostgresDsn dsn, int weight, @Nullable String zone, Set<String> tags) {

	public Node {
		Objects.requireNonNull(dsn, "dsn");
		if (id.isBlank()) {
			throw new IllegalArgumentException("A node needs an id");
		}
		if (dsn.hosts().size() != 1) {
			throw new IllegalArgumentException("Node '" + id + "' must have exactly one host, not " + dsn.hosts());
		}
		if (weight < 0) {
			throw new IllegalArgumentException("Node '" + id + "' has the negative weight " + weight);
		}
		tags = Set.copyOf(tags);
	}

	/**
	 * A node of weight 1 without zone and tags.
	 * @param id the id of the node
	 * @param dsn how to reach it
	 */
	public Node(String id, PostgresDsn dsn) {
		this(id, dsn, 1, null, Set.of());
	}

	/**
	 * The configured address of the node.
	 * @return host and port
	 */
	public HostAndPort address() {
		return this.dsn.hosts().get(0);
	}

	@Override
	public String toString() {
		return this.id + " (" + address() + ")";
	}

}
