package io.nexs.postgres.slowquery;

/**
 * Whether the server is asked for the plan of a slow statement.
 */
public enum ExplainMode {

	/**
	 * Never.
	 */
	OFF,

	/**
	 * The plan, without executing the statement.
	 */
	PLAN,

	/**
	 * The plan with what really happened: queries are executed again, in a read-only
	 * transaction. Of a statement that writes it is the plan only.
	 */
	ANALYZE

}
