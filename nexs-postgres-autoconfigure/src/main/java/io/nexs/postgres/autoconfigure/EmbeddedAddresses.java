package io.nexs.postgres.autoconfigure;

/**
 * Addresses of the embedded cluster, for code that must load without it.
 */
@FunctionalInterface
interface EmbeddedAddresses {

	/**
	 * Starts the cluster if it is not running.
	 * @return a DSN with all its nodes
	 */
	String dsn();

}
