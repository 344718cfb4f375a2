package io.nexs.postgres.hook;

import java.sql.Connection;

import org.jspecify.annotations.Nullable;

/**
 * Where an operation happens.
 */
public interface HookTarget {

	/**
	 * Not known yet.
	 */
	HookTarget UNKNOWN = new StaticTarget(null, null, null);

	/**
	 * The node.
	 * @return its id, or {@code null} while none was chosen
	 */
	@Nullable String node();

	/**
	 * The role of the node when the route was taken.
	 * @return {@code primary} or {@code replica}, or {@code null} without a route
	 */
	@Nullable String role();

	/**
	 * Why this node.
	 * @return for example {@code read-only}, or {@code null} without a route
	 */
	@Nullable String reason();

	/**
	 * The pooled connection, past hooks and routing.
	 * @return the connection, or {@code null} if there is none or it was given back
	 */
	@Nullable Connection connection();

	/**
	 * A node without a route.
	 * @param node its id
	 * @return the target
	 */
	static HookTarget of(String node) {
		return new StaticTarget(node, null, null);
	}

}
