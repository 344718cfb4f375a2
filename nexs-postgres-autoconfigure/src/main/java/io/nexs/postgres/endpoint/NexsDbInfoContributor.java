package io.nexs.postgres.endpoint;

import java.util.LinkedHashMap;
import java.util.Map;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeIdentity;
import io.nexs.postgres.cluster.NodeState;
import org.postgresql.util.DriverInfo;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/**
 * Adds {@code nexsdb} to the info endpoint: version of the driver, and role and server
 * version of each node. Thread-safe; does no I/O.
 */
public final class NexsDbInfoContributor implements InfoContributor {

	private final ClusterMonitor monitor;

	/**
	 * Creates the contributor.
	 * @param monitor knows the nodes
	 */
	public NexsDbInfoContributor(ClusterMonitor monitor) {
		this.monitor = monitor;
	}

	@Override
	public void contribute(Info.Builder builder) {
		Map<String, NodeInfo> nodes = new LinkedHashMap<>();
		for (NodeState state : this.monitor.topology().nodes()) {
			NodeIdentity identity = state.identity();
			nodes.put(state.id(),
					new NodeInfo(state.role().name(), (identity != null) ? identity.serverVersion() : "unknown"));
		}
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("driver", DriverInfo.DRIVER_FULL_NAME);
		details.put("nodes", nodes);
		builder.withDetail("nexsdb", details);
	}

	/**
	 * What is said of one node.
	 *
	 * @param role its role
	 * @param serverVersion version of its server
	 */
	public record NodeInfo(String role, String serverVersion) {
	}

}
