package io.nexs.postgres.endpoint;

import java.util.Map;
import java.util.TreeMap;

import io.nexs.postgres.server.LockWait;
import io.nexs.postgres.server.ServerFigures;
import io.nexs.postgres.server.ServerMonitor;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoint says of the figures of a server. No part of it is secret.
 *
 * @param node id of the node
 * @param readAt when they were read, ISO 8601; {@code null} while nothing is known, and
 * so is the rest
 * @param seesOtherRoles whether the role may see the sessions of other roles
 * @param deadlocks deadlocks since the start
 * @param blocked sessions that wait for a lock
 * @param blockedBy process ids of those that make others wait, by the process that waits
 * @param oldestTransactionMillis age of the oldest transaction
 * @param cacheHitRatio share of the blocks found in shared buffers
 * @param sessions sessions of the database by state
 * @param connections connections to the server
 * @param maxConnections connections the server takes
 */
public record ServerDescriptor(String node, @Nullable String readAt, @Nullable Boolean seesOtherRoles, long deadlocks,
		@Nullable Integer blocked, @Nullable Map<String, String> blockedBy, @Nullable Long oldestTransactionMillis,
		@Nullable Double cacheHitRatio, @Nullable Map<String, Integer> sessions, @Nullable Integer connections,
		@Nullable Integer maxConnections) {

	static ServerDescriptor of(ServerMonitor monitor, String node) {
		ServerFigures figures = monitor.figures(node);
		if (figures == null) {
			return new ServerDescriptor(node, null, null, monitor.deadlocks(node), null, null, null, null, null, null,
					null);
		}
		Map<String, String> blockedBy = new TreeMap<>();
		for (LockWait wait : figures.waits()) {
			blockedBy.put(Integer.toString(wait.pid()), wait.blockedBy().toString());
		}
		Map<String, Integer> sessions = new TreeMap<>();
		figures.sessions().states().forEach((state, count) -> sessions.put(state.name(), count));
		return new ServerDescriptor(node, figures.readAt().toString(), figures.complete(), monitor.deadlocks(node),
				figures.blocked(), blockedBy, figures.oldestTransaction().toMillis(),
				Double.isNaN(figures.cacheHitRatio()) ? null : figures.cacheHitRatio(), sessions,
				figures.sessions().connections(), figures.sessions().maxConnections());
	}

}
