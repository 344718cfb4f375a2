package io.nexs.postgres.cluster;

/**
 * Which of several writable nodes is the primary.
 */
public enum ConflictPolicy {

	/**
	 * The one on the highest timeline; the others are fenced.
	 */
	NEWEST_TIMELINE,

	/**
	 * None, until only one is left.
	 */
	REFUSE

}
