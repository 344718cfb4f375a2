package io.nexs.postgres.cluster;

/**
 * Why there is no primary although nodes accept writes.
 */
public enum PrimaryConflict {

	/**
	 * No conflict.
	 */
	NONE,

	/**
	 * Different servers are writable on one timeline; which of them is right cannot be
	 * told.
	 */
	SAME_TIMELINE,

	/**
	 * Different servers are writable and {@link ConflictPolicy#REFUSE} is configured.
	 */
	REFUSED,

	/**
	 * Another node is writable than the one writes are pinned to, and that one cannot
	 * take them.
	 */
	PINNED

}
