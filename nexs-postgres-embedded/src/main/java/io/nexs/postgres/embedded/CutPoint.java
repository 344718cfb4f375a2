package io.nexs.postgres.embedded;

/**
 * Where a {@link CutRule} cuts a connection, seen from the bytes it waits for.
 */
public enum CutPoint {

	/**
	 * The bytes and what follows them are not forwarded.
	 */
	BEFORE,

	/**
	 * The chunk that holds the bytes is forwarded, then the connection is cut; what the
	 * other side answers is not delivered.
	 */
	AFTER

}
