package io.nexs.postgres.routing;

import java.util.Locale;

/**
 * How a transaction ended, as the client knows it.
 */
public enum TransactionOutcome {

	/**
	 * COMMIT returned.
	 */
	COMMITTED,

	/**
	 * ROLLBACK returned, or the connection was lost before COMMIT was sent.
	 */
	ROLLED_BACK,

	/**
	 * COMMIT failed.
	 */
	FAILED;

	private final String tag = name().toLowerCase(Locale.ROOT).replace('_', '-');

	/**
	 * The outcome as it appears in meters.
	 * @return for example {@code rolled-back}
	 */
	public String tag() {
		return this.tag;
	}

}
