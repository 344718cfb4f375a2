package io.nexs.postgres.limits;

import java.util.Locale;

/**
 * What a time limit is for; the value of the meter tag {@code kind}.
 */
public enum LimitKind {

	/**
	 * Work that is marked read-only, whatever it says.
	 */
	READ,

	/**
	 * Any other single statement.
	 */
	WRITE,

	/**
	 * A batch of work that is not marked read-only, as a whole.
	 */
	BATCH,

	/**
	 * COPY in either direction, from its beginning to its end.
	 */
	COPY;

	private final String tag = name().toLowerCase(Locale.ROOT);

	/**
	 * The kind as it appears in meters and keys.
	 * @return the name in lower case
	 */
	public String tag() {
		return this.tag;
	}

}
