package io.nexs.postgres.routing;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;

import javax.sql.DataSource;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.pool.NodePools;

/**
 * One data source for a primary and its replicas. {@link #getConnection()} returns a
 * handle and borrows nothing; at the first statement the handle takes a route: read-only
 * work goes where the read preference says, everything else to the primary. The SQL is
 * never looked at. A route lasts until the next transaction begins on the handle.
 * <p>
 * Thread-safe. It is not an {@code XADataSource}. It owns neither the monitor nor the
 * pools.
 */
public final class RoutingDataSource implements DataSource {

	private final Router router;

	private final RoutingSettings settings;

	private final RoutingCollaborators collaborators;

	/**
	 * Creates the data source and subscribes it to the monitor.
	 * @param monitor knows the roles
	 * @param pools a pool per node of the monitor
	 * @param settings settings
	 * @param collaborators parts to work with
	 */
	public RoutingDataSource(ClusterMonitor monitor, NodePools pools, RoutingSettings settings,
			RoutingCollaborators collaborators) {
		this.settings = settings;
		this.collaborators = collaborators.withListener(SafeListener.of(collaborators.listener()));
		this.router = new Router(monitor, pools, settings, this.collaborators);
		monitor.addListener(this.router);
	}

	/**
	 * Returns a handle without any network access.
	 */
	@Override
	public Connection getConnection() {
		return new RoutedConnection(new TransactionRoute(this.router, this.collaborators, this.settings.autoCommit()));
	}

	/**
	 * Not supported: the credentials are those of the configuration.
	 */
	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		throw new SQLFeatureNotSupportedException("Credentials are those of the configured DSN");
	}

	/**
	 * The topology routes are taken from.
	 * @return the present snapshot
	 */
	public Topology topology() {
		return this.router.table().topology();
	}

	@Override
	public PrintWriter getLogWriter() throws SQLException {
		throw new SQLFeatureNotSupportedException("SLF4J is used");
	}

	@Override
	public void setLogWriter(PrintWriter out) throws SQLException {
		throw new SQLFeatureNotSupportedException("SLF4J is used");
	}

	/**
	 * Not supported: the limits are those of the configuration.
	 */
	@Override
	public void setLoginTimeout(int seconds) throws SQLException {
		throw new SQLFeatureNotSupportedException("Time limits are those of the configuration");
	}

	/**
	 * The acquire time in whole seconds.
	 */
	@Override
	public int getLoginTimeout() {
		return (int) Math.max(1, this.settings.acquireTimeout().toSeconds());
	}

	@Override
	public Logger getParentLogger() throws SQLFeatureNotSupportedException {
		throw new SQLFeatureNotSupportedException("SLF4J is used");
	}

	@Override
	public <T> T unwrap(Class<T> iface) throws SQLException {
		if (iface.isInstance(this)) {
			return iface.cast(this);
		}
		throw new SQLException("A routing data source wraps none of type " + iface.getName());
	}

	@Override
	public boolean isWrapperFor(Class<?> iface) {
		return iface.isInstance(this);
	}

	@Override
	public String toString() {
		return "RoutingDataSource[" + this.router.targets() + "]";
	}

}
