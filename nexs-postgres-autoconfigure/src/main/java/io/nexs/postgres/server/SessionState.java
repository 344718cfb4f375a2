package io.nexs.postgres.server;

import org.jspecify.annotations.Nullable;

/**
 * What a session of a server does.
 */
public enum SessionState {

	/**
	 * It runs a statement.
	 */
	ACTIVE,

	/**
	 * It waits for a statement, outside a transaction.
	 */
	IDLE,

	/**
	 * It waits for a statement, inside a transaction, which may have failed.
	 */
	IDLE_IN_TRANSACTION,

	/**
	 * Anything else, and what the role may not see.
	 */
	OTHER;

	/**
	 * The state by the words of {@code pg_stat_activity}.
	 * @param words the words, {@code null} where the role may not see them
	 * @return the state
	 */
	static SessionState of(@Nullable String words) {
		return switch ((words != null) ? words : "") {
			case "active" -> ACTIVE;
			case "idle" -> IDLE;
			case "idle in transaction", "idle in transaction (aborted)" -> IDLE_IN_TRANSACTION;
			default -> OTHER;
		};
	}

}
