package io.nexs.postgres.routing;

import java.util.List;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.dsn.HostAndPort;
import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.pool.NodeConnector;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.pool.NodeTraffic;
import io.nexs.postgres.pool.PoolSettings;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who is thrown out of a call by the pools looks for a node at once; the router has to
 * know the new one by then.
 */
class ListenerOrderTests {

	@Test
	void poolsWhenTheTopologyChangesAreToldAfterTheRouter() {
		List<Node> nodes = List.of(new Node("node-1", PostgresDsn.of(new HostAndPort("127.0.0.1", 1), "db")));
		NodeConnector connector = new NodeConnector(PoolSettings.defaults());
		ClusterMonitor monitor = new ClusterMonitor(nodes, MonitorSettings.defaults(), connector);
		try (NodePools pools = new NodePools(nodes, PoolSettings.defaults(), connector, NodeTraffic.to(monitor))) {
			new RoutingDataSource(monitor, pools, RoutingSettings.defaults(), RoutingCollaborators.defaults(monitor));
			assertThat(monitor).extracting("listeners", InstanceOfAssertFactories.list(Object.class))
				.extracting((listener) -> listener.getClass().getSimpleName())
				.containsSubsequence("Router", "NodePools");
		}
	}

}
