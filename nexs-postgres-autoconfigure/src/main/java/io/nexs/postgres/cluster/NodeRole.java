package io.nexs.postgres.cluster;

import java.util.Locale;

/**
 * What a node is, asked from PostgreSQL and never configured.
 */
public enum NodeRole {

	/**
	 * The node accepts writes ({@code pg_is_in_recovery()} is false).
	 */
	PRIMARY,

	/**
	 * The node is in recovery: a standby that serves reads only.
	 */
	REPLICA,

	/**
	 * Nobody knows: the node never answered, or has not for too long. Not used.
	 */
	UNKNOWN;

	private final String tag = name().toLowerCase(Locale.ROOT);

	/**
	 * The role as it appears in meters, logs and to hooks.
	 * @return the name in lower case
	 */
	public String tag() {
		return this.tag;
	}

}
