package io.nexs.postgres.cluster;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Opens the connections of the probers, outside any pool.
 */
@FunctionalInterface
public interface ProbeConnector {

	/**
	 * Open a connection to one node.
	 * @param node the node
	 * @param timeout the limit of connecting and logging in together; an implementation
	 * that ignores it lets a frozen node hold up the end of its prober
	 * @return a physical connection of the PostgreSQL driver in autocommit mode
	 * @throws SQLException when the node cannot be reached or refuses
	 */
	Connection open(Node node, Duration timeout) throws SQLException;

}
