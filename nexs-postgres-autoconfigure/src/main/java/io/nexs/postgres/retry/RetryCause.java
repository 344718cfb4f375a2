package io.nexs.postgres.retry;

import java.util.Locale;

/**
 * Why a transaction is run again. The name in lower case with dashes is a meter tag.
 */
public enum RetryCause {

	/**
	 * 40001: the transaction cannot be ordered with the others.
	 */
	SERIALIZATION(false),

	/**
	 * 40P01: a deadlock.
	 */
	DEADLOCK(false),

	/**
	 * 55P03: a lock was not had in time.
	 */
	LOCK(false),

	/**
	 * 40000: the transaction was lost before it was committed.
	 */
	ROLLED_BACK(true),

	/**
	 * 25006: the node was not the primary any more.
	 */
	WRONG_NODE(true),

	/**
	 * 08xxx, 57P0x: the connection was lost before COMMIT was sent.
	 */
	CONNECTION_LOST(true);

	private final boolean failover;

	private final String tag = name().toLowerCase(Locale.ROOT).replace('_', '-');

	RetryCause(boolean failover) {
		this.failover = failover;
	}

	/**
	 * Whether the next attempt waits for a primary anyway, so that it is begun at once.
	 * @return {@code true} for what a failover causes
	 */
	public boolean isFailover() {
		return this.failover;
	}

	/**
	 * The cause as it appears in meters.
	 * @return for example {@code connection-lost}
	 */
	public String tag() {
		return this.tag;
	}

}
