package io.nexs.postgres.endpoint;

import java.time.Duration;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.endpoint.ClusterDescriptor.RoutingDescriptor;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.routing.ReplicaManager;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * The endpoint {@code nexsdb}: what is known of the nodes, and operations on one of them.
 * Reading does no I/O. Thread-safe.
 */
@WebEndpoint(id = "nexsdb")
public final class NexsDbEndpoint {

	private final ClusterMonitor monitor;

	private final NodePools pools;

	private final ReplicaManager manager;

	private final RoutingDescriptor routing;

	private final Duration drainTimeout;

	/**
	 * Creates the endpoint.
	 * @param monitor knows the nodes
	 * @param pools their pools
	 * @param manager operates on them
	 * @param routing how routes are taken
	 * @param drainTimeout longest time a drain waits
	 */
	public NexsDbEndpoint(ClusterMonitor monitor, NodePools pools, ReplicaManager manager, RoutingDescriptor routing,
			Duration drainTimeout) {
		this.monitor = monitor;
		this.pools = pools;
		this.manager = manager;
		this.routing = routing;
		this.drainTimeout = drainTimeout;
	}

	/**
	 * The cluster and its nodes.
	 * @return what is known now
	 */
	@ReadOperation
	public ClusterDescriptor cluster() {
		return ClusterDescriptor.of(this.monitor.topology(), this.pools, this.routing);
	}

	/**
	 * One node.
	 * @param node id of the node
	 * @return what is known now; 404 if there is no such node
	 */
	@ReadOperation
	public WebEndpointResponse<Object> node(@Selector String node) {
		try {
			NodePool pool = this.pools.of(node);
			return new WebEndpointResponse<>(ClusterDescriptor.node(this.monitor.topology().node(node), pool));
		}
		catch (IllegalArgumentException ex) {
			return notFound(ex);
		}
	}

	/**
	 * Operates on one node.
	 * @param node id of the node
	 * @param action what to do
	 * @return what was done; 404 if there is no such node
	 * @throws InterruptedException if a drain was interrupted
	 */
	@WriteOperation
	public WebEndpointResponse<Object> operate(@Selector String node, @Selector NodeAction action)
			throws InterruptedException {
		try {
			this.pools.of(node);
		}
		catch (IllegalArgumentException ex) {
			return notFound(ex);
		}
		return new WebEndpointResponse<>(new ActionDescriptor(node, action.name(), run(node, action)));
	}

	/**
	 * Does it.
	 * @return whether it is done; a drain may have left connections
	 */
	private boolean run(String node, NodeAction action) throws InterruptedException {
		switch (action) {
			case MAINTENANCE -> this.manager.maintenance(node);
			case RESUME -> this.manager.resume(node);
			case PROBE -> this.manager.probe();
			case DRAIN -> {
				return this.manager.drain(node, this.drainTimeout);
			}
		}
		return true;
	}

	private static WebEndpointResponse<Object> notFound(IllegalArgumentException reason) {
		String message = String.valueOf(reason.getMessage());
		return new WebEndpointResponse<>(new ErrorDescriptor(message), WebEndpointResponse.STATUS_NOT_FOUND);
	}

	/**
	 * What can be done to a node.
	 */
	public enum NodeAction {

		/**
		 * Give it no new work.
		 */
		MAINTENANCE,

		/**
		 * End maintenance.
		 */
		RESUME,

		/**
		 * Give it no new work, wait for what it has, close its connections.
		 */
		DRAIN,

		/**
		 * Probe now.
		 */
		PROBE

	}

	/**
	 * What was done.
	 *
	 * @param node id of the node
	 * @param action the operation
	 * @param done whether it is complete; {@code false} if a drain left connections lent
	 */
	public record ActionDescriptor(String node, String action, boolean done) {
	}

	/**
	 * Why nothing was done.
	 *
	 * @param error what is wrong
	 */
	public record ErrorDescriptor(String error) {
	}

}
