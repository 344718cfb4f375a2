package io.nexs.postgres.retry;

import java.util.Locale;

/**
 * How a call ended whose first attempt failed for a reason to run it again. The name in
 * lower case is a meter tag.
 */
public enum RetryOutcome {

	/**
	 * A later attempt succeeded.
	 */
	RECOVERED,

	/**
	 * The retries or the time were used up, the thread was interrupted, or a later
	 * attempt failed for another reason.
	 */
	FAILED,

	/**
	 * It was not run again, because an attempt may have committed something.
	 */
	REFUSED;

	private final String tag = name().toLowerCase(Locale.ROOT);

	/**
	 * The outcome as it appears in meters.
	 * @return for example {@code recovered}
	 */
	public String tag() {
		return this.tag;
	}

}
