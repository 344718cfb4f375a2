package io.nexs.postgres.audit;

import java.util.Locale;

/**
 * What became of an audited operation. Within a transaction it is that of the operation,
 * not of the transaction.
 */
public enum AuditOutcome {

	/**
	 * It was about to begin, and nobody could say more.
	 */
	BEGUN,

	/**
	 * It was done.
	 */
	SUCCESS,

	/**
	 * It failed.
	 */
	FAILURE,

	/**
	 * A hook refused it.
	 */
	REFUSED;

	private final String tag = name().toLowerCase(Locale.ROOT);

	/**
	 * The outcome as it appears in logs and in the table.
	 * @return the name in lower case
	 */
	public String tag() {
		return this.tag;
	}

}
