package io.nexs.postgres.pool;

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
	 * @param server the server at its other end
	 */
	void connected(String nodeId, ServerInstance server);

	/**
	 * A session that was one of a standby found that its server is none any more.
	 * @param nodeId id of the node
	 */
	default void promoted(String nodeId) {
	}

	/**
	 * Hands everything to the monitor: a failure or a promotion leads to a probe at once,
	 * another server than the monitor knows to a new look at the node.
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
			public void connected(String nodeId, ServerInstance server) {
				monitor.reportServer(nodeId, server);
			}

			@Override
			public void promoted(String nodeId) {
				monitor.reportPromotion(nodeId);
			}

		};
	}

}
