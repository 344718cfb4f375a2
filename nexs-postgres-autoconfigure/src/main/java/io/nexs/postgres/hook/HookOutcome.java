package io.nexs.postgres.hook;

import java.util.Locale;

/**
 * How the calls of a hook for one operation ended. The name in lower case is a meter tag.
 */
public enum HookOutcome {

	/**
	 * It threw nothing.
	 */
	SUCCESS,

	/**
	 * It refused the operation.
	 */
	VETO,

	/**
	 * It failed; before an operation that can be refused, this refuses it too.
	 */
	ERROR;

	private final String tag = name().toLowerCase(Locale.ROOT);

	/**
	 * The outcome as it appears in meters.
	 * @return the name in lower case
	 */
	public String tag() {
		return this.tag;
	}

}
