package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.List;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.dsn.HostAndPort;
import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.pool.NodePools;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * One data source for a primary and its replicas. {@link #getConnection()} returns a
 * handle and borrows nothing; at the first statement the handle takes a route: read-only
 * work goes where the read preference says, everything else to the primary. The SQL is
 * never looked at. A route lasts until the next transaction begins on the handle.
 * <p>
 * Thread-safe. It is not an {@code XADataSource}. It owns neither the monitor nor the
 * pools. Not meant to be extended, but not final: tools that watch a data source make a
 * proxy of its class.
 */
public class RoutingDataSource extends AbstractDataSource {

	private final Router router;

	private final RoutingSettings settings;

	/**
	 * Creates the data source and subscribes it and the pools to the monitor. The pools
	 * come last: who is thrown out of a call by them looks for a node at once, and must
	 * not find the old one again.
	 * @param monitor knows the roles
	 * @param pools a pool per node of the monitor; follows it from now on
	 * @param settings settings
	 * @param collaborators parts to work with
	 */
	public RoutingDataSource(ClusterMonitor monitor, NodePools pools, RoutingSettings settings,
			RoutingCollaborators collaborators) {
		this(monitor, pools, settings, collaborators,
				new RoutingControl(pools, settings.preference(), collaborators.balancer()));
	}

	/**
	 * The same with rules that can be changed while it runs. They are those of the
	 * control, in place of the preference of the settings and of the balancer among the
	 * collaborators.
	 * @param monitor knows the roles
	 * @param pools a pool per node of the monitor; follows it from now on
	 * @param settings settings
	 * @param collaborators parts to work with
	 * @param control gives the rules; is followed from now on
	 */
	public RoutingDataSource(ClusterMonitor monitor, NodePools pools, RoutingSettings settings,
			RoutingCollaborators collaborators, RoutingControl control) {
		this.settings = settings;
		this.router = new Router(monitor, pools, settings,
				collaborators.withListener(SafeListener.of(collaborators.listener())), control);
		Router followed = this.router;
		control.addListener((changed) -> followed.rulesChanged(changed.after()));
		monitor.addListener(this.router);
		monitor.addListener(pools);
	}

	/**
	 * Returns a handle without any network access.
	 */
	@Override
	public Connection getConnection() {
		return new RoutedConnection(this.router, this.settings.autoCommit());
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

	/**
	 * URL for tools that connect by themselves, as Flyway and Liquibase do when they have
	 * a user of their own: all nodes, of which the driver takes the one that is the
	 * primary, with the parameters of the present primary's DSN. Spring Boot's
	 * {@code DataSourceBuilder.derivedFrom} reads it.
	 * @return the URL, without credentials
	 */
	public String getUrl() {
		List<HostAndPort> hosts = topology().nodes().stream().map((state) -> state.node().address()).toList();
		String url = configured().forHosts(hosts).jdbcUrl();
		return url + (url.contains("?") ? "&" : "?") + "targetServerType=primary";
	}

	/**
	 * Read by {@code DataSourceBuilder} through reflection.
	 */
	@Nullable String getUsername() {
		return configured().username();
	}

	/**
	 * Read by {@code DataSourceBuilder} through reflection.
	 */
	@Nullable String getPassword() {
		return configured().password();
	}

	private PostgresDsn configured() {
		Topology topology = topology();
		NodeState primary = topology.primary();
		return ((primary != null) ? primary : topology.nodes().get(0)).node().dsn();
	}

	/**
	 * The acquire time in whole seconds.
	 */
	@Override
	public int getLoginTimeout() {
		return (int) Math.max(1, this.settings.acquireTimeout().toSeconds());
	}

	@Override
	public String toString() {
		return "RoutingDataSource[" + this.router.targets() + "]";
	}

}
