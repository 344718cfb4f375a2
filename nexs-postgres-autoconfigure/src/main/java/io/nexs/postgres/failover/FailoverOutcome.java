package io.nexs.postgres.failover;

/**
 * What became of the loss of a primary.
 */
public enum FailoverOutcome {

	/**
	 * No primary is known yet.
	 */
	RUNNING,

	/**
	 * Another node, or the same one in a new term, became the primary.
	 */
	CHANGED,

	/**
	 * The same node came back in the same term: nobody was promoted.
	 */
	RETURNED

}
