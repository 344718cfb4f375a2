package io.nexs.postgres.safety;

/**
 * When the stack is taken that takes a connection.
 */
public enum StackPolicy {

	/**
	 * With each borrow, from the first connection on that was held too long.
	 */
	AFTER_FIRST,

	/**
	 * With each borrow.
	 */
	ALWAYS,

	/**
	 * Never; a finding has the present stack of the thread.
	 */
	NEVER

}
