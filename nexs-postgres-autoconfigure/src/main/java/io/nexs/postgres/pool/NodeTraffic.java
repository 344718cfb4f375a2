package io.nexs.postgres.pool;

import java.sql.Connection;
import java.sql.SQLException;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.ServerInstance;

/**
 * Takes what real traffic learns about nodes. Thread-safe; does not block.
 */
public interface NodeTraffic {

	/**
	 * A connection could not be opened, or died.
	 * @param nodeId id of the node
	 * @param failure what the driver threw
	 */
	void failed(String nodeId, SQLException failure);

	/**
	 * A physical connection was opened.
	 * @param nodeId id of the node
	 * @param connection the connection, in autocommit mode
	 * @throws SQLException if the server does not answer a question asked on it
	 */
	void connected(String nodeId, Connection connection) throws SQLException;

	/**
	 * Hands everything to the monitor: a failure leads to a probe at once, another server
	 * than the monitor knows to a new look at the node.
	 * @param monitor the monitor
	 * @return traffic that feeds it
	 */
	static NodeTraffic to(ClusterMonitor monitor) {
		return new NodeTraffic() {

			@Override
			public void failed(String nodeId, SQLException failure) {
				monitor.reportFailure(nodeId, failure.getSQLState());
			}

			@Override
			public void connected(String nodeId, Connection connection) throws SQLException {
				monitor.reportServer(nodeId, ServerInstance.of(connection));
			}

		};
	}

}
