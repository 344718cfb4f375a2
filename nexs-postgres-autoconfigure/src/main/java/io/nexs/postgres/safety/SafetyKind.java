package io.nexs.postgres.safety;

import java.util.Locale;

/**
 * Kinds of findings.
 */
public enum SafetyKind {

	/**
	 * The server ended a transaction of this application because of a deadlock.
	 */
	SERVER_DEADLOCK,

	/**
	 * Threads of this process wait for each other for ever, at least one of them with a
	 * connection or on its way to one.
	 */
	JVM_DEADLOCK,

	/**
	 * A connection was not given back for too long.
	 */
	HELD_TOO_LONG,

	/**
	 * Two threads were inside calls on one connection.
	 */
	CONCURRENT_USE,

	/**
	 * A session of this application waits within a transaction for too long.
	 */
	IDLE_IN_TRANSACTION,

	/**
	 * Sessions of a server wait for a lock for too long.
	 */
	BLOCKED;

	/**
	 * Value of the meter tag {@code kind}.
	 * @return for example {@code held-too-long}
	 */
	public String tag() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
