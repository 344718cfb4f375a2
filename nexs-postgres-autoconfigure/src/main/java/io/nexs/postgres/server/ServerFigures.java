package io.nexs.postgres.server;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What one server said of itself at one moment. Immutable. There is no text of a
 * statement, no parameter and no name of a user in it.
 *
 * @param node id of the node
 * @param readAt when
 * @param complete whether the role may see the sessions of other roles
 * ({@code pg_read_all_stats}); if not, states and ages are those of its own sessions
 * @param blocked sessions of the server that wait for a lock
 * @param oldestTransaction age of the oldest transaction of a client, or of a prepared
 * transaction; zero if there is none
 * @param cacheHitRatio share of the blocks of the database that were found in shared
 * buffers, since the reading before; NaN while none was asked for
 * @param sessions how many sessions there are
 * @param waits the sessions that wait for a lock, at most 100, the longest first
 * @param involved the sessions of {@link #waits()} and those that block them, and the
 * sessions of this application that are idle in a transaction
 * @param upkeep slots and archiver
 * @param write whether it commits; {@code null} if it was not asked to
 */
public record ServerFigures(String node, Instant readAt, boolean complete, int blocked, Duration oldestTransaction,
		double cacheHitRatio, SessionCounts sessions, List<LockWait> waits, List<ServerSession> involved,
		ServerUpkeep upkeep, @Nullable WriteCheck write) {

	public ServerFigures {
		waits = List.copyOf(waits);
		involved = List.copyOf(involved);
	}

}
