package io.nexs.postgres.hook;

import java.sql.Connection;

import org.jspecify.annotations.Nullable;

/**
 * A target without a connection.
 *
 * @param node id of the node
 * @param role role of the node
 * @param reason why this node
 */
record StaticTarget(@Nullable String node, @Nullable String role, @Nullable String reason) implements HookTarget {

	static StaticTarget copyOf(HookTarget target) {
		return (target instanceof StaticTarget same) ? same
				: new StaticTarget(target.node(), target.role(), target.reason());
	}

	@Override
	public @Nullable Connection connection() {
		return null;
	}

}
