package io.nexs.postgres.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.Topology;

/**
 * Opens connections outside the pools, for work that holds one for long: LISTEN, large
 * COPY jobs. The caller closes them. Thread-safe.
 */
public final class UnpooledConnectionFactory {

	private final ClusterMonitor monitor;

	private final NodeConnector connector;

	/**
	 * Creates the factory.
	 * @param monitor knows the roles
	 * @param connector opens physical connections
	 */
	public UnpooledConnectionFactory(ClusterMonitor monitor, NodeConnector connector) {
		this.monitor = monitor;
		this.connector = connector;
	}

	/**
	 * Opens a connection to the present primary.
	 * @return a physical connection of the driver
	 * @throws SQLTransientConnectionException if no primary is known
	 * @throws SQLException if the node refuses
	 */
	public Connection openPrimary() throws SQLException {
		Topology topology = this.monitor.topology();
		NodeState primary = topology.primary();
		if (primary == null) {
			throw new SQLTransientConnectionException("No primary: " + topology.describe(), "08001");
		}
		return this.connector.open(primary.node());
	}

	/**
	 * Opens a connection to a node, whatever its role.
	 * @param nodeId id of the node
	 * @return a physical connection of the driver
	 * @throws SQLException if the node refuses
	 * @throws IllegalArgumentException if there is no such node
	 */
	public Connection open(String nodeId) throws SQLException {
		return this.connector.open(this.monitor.topology().node(nodeId).node());
	}

}
