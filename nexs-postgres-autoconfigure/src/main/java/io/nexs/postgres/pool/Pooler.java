package io.nexs.postgres.pool;

/**
 * What lends server connections between the application and a server.
 */
public enum Pooler {

	/**
	 * Nothing: a connection has a session of the server to itself.
	 */
	NONE,

	/**
	 * PgBouncer with {@code pool_mode=transaction}: a session of the server is the
	 * client's for one transaction, so nothing may be left in it. The driver prepares
	 * nothing by name; schema and client info cannot be set on a connection.
	 */
	PGBOUNCER

}
