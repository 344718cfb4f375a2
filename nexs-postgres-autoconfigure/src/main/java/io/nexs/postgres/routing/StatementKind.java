package io.nexs.postgres.routing;

import java.util.Locale;

/**
 * What was asked of JDBC; the value of the meter tag {@code operation}. It is the method
 * called, not the SQL, which is never parsed.
 */
public enum StatementKind {

	/**
	 * {@code executeQuery}.
	 */
	QUERY,

	/**
	 * {@code executeUpdate} and {@code executeLargeUpdate}.
	 */
	UPDATE,

	/**
	 * {@code execute}.
	 */
	EXECUTE,

	/**
	 * {@code executeBatch} and {@code executeLargeBatch}.
	 */
	BATCH,

	/**
	 * Any of them on a {@code CallableStatement}.
	 */
	CALL;

	private final String tag = name().toLowerCase(Locale.ROOT);

	/**
	 * The kind as it appears in meters.
	 * @return the name in lower case
	 */
	public String tag() {
		return this.tag;
	}

}
