package io.nexs.postgres.server;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A session of a server that waits, makes others wait, or is idle within a transaction of
 * this application.
 *
 * @param pid process id of the session
 * @param state what it does
 * @param since for how long it has been in that state, {@code null} where the role may
 * not see it
 * @param transaction age of its transaction, {@code null} where it has none or the role
 * may not see it
 * @param own whether it has the application name of this application
 */
public record ServerSession(int pid, SessionState state, @Nullable Duration since, @Nullable Duration transaction,
		boolean own) {
}
