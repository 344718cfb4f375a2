package io.nexs.postgres.endpoint;

import java.time.Duration;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.endpoint.ClusterDescriptor.RoutingDescriptor;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.routing.OperationRefusedException;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * The endpoint {@code nexsdb}: what is known of the nodes, what happened to them, and
 * operations on one of them. Reading does no I/O. Thread-safe.
 */
@WebEndpoint(id = "nexsdb")
public final class NexsDbEndpoint {

	private final ClusterMonitor monitor;

	private final NodePools pools;

	private final FailoverManager manager;

	private final RoutingDescriptor routing;

	private final Duration drainTimeout;

	private final ObservationSections sections;

	/**
	 * Creates the endpoint.
	 * @param monitor knows the nodes
	 * @param pools their pools
	 * @param manager operates on them
	 * @param routing how routes are taken
	 * @param drainTimeout longest time a drain waits that names none
	 * @param sections further parts
	 */
	public NexsDbEndpoint(ClusterMonitor monitor, NodePools pools, FailoverManager manager, RoutingDescriptor routing,
			Duration drainTimeout, ObservationSections sections) {
		this.monitor = monitor;
		this.pools = pools;
		this.manager = manager;
		this.routing = routing;
		this.drainTimeout = drainTimeout;
		this.sections = sections;
	}

	/**
	 * The cluster and its nodes.
	 * @return what is known now
	 */
	@ReadOperation
	public ClusterDescriptor cluster() {
		return ClusterDescriptor.of(this.monitor.topology(), this.pools, this.routing, this.manager, this.sections);
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
			return error(ex, WebEndpointResponse.STATUS_NOT_FOUND);
		}
	}

	/**
	 * Operates on one node.
	 * @param node id of the node
	 * @param action what to do
	 * @return what was done; 404 if there is no such node, 400 if the operation is
	 * refused
	 * @throws InterruptedException if a drain was interrupted
	 */
	@WriteOperation
	public WebEndpointResponse<Object> operate(@Selector String node, @Selector NodeAction action)
			throws InterruptedException {
		return answer(node, action, this.drainTimeout);
	}

	/**
	 * Operates on one node, for an operation that waits.
	 * @param node id of the node
	 * @param action what to do
	 * @param timeout longest wait of a drain, such as {@code 5s}
	 * @return what was done; 404 if there is no such node, 400 if the operation is
	 * refused or does not wait
	 * @throws InterruptedException if a drain was interrupted
	 */
	@WriteOperation
	public WebEndpointResponse<Object> operateWithin(@Selector String node, @Selector NodeAction action,
			@Selector Duration timeout) throws InterruptedException {
		if (action != NodeAction.DRAIN || timeout.isNegative()) {
			return error(new IllegalArgumentException("Only 'drain' has a timeout, which is not negative"),
					WebEndpointResponse.STATUS_BAD_REQUEST);
		}
		return answer(node, action, timeout);
	}

	private WebEndpointResponse<Object> answer(String node, NodeAction action, Duration timeout)
			throws InterruptedException {
		try {
			this.pools.of(node);
		}
		catch (IllegalArgumentException ex) {
			return error(ex, WebEndpointResponse.STATUS_NOT_FOUND);
		}
		try {
			return new WebEndpointResponse<>(new ActionDescriptor(node, action.name(), run(node, action, timeout)));
		}
		catch (OperationRefusedException ex) {
			return error(ex, WebEndpointResponse.STATUS_BAD_REQUEST);
		}
	}

	/**
	 * Does it.
	 * @return whether it is done; a drain may have left connections
	 */
	private boolean run(String node, NodeAction action, Duration timeout) throws InterruptedException {
		switch (action) {
			case MAINTENANCE -> this.manager.maintenance(node);
			case RESUME -> this.manager.resume(node);
			case PROBE -> this.manager.probe();
			case PIN -> this.manager.pin(node);
			case UNPIN -> unpin(node);
			case DRAIN -> {
				return this.manager.drain(node, timeout);
			}
		}
		return true;
	}

	private void unpin(String node) {
		Node pinned = this.monitor.topology().pinned();
		if (pinned == null || !pinned.id().equals(node)) {
			throw new OperationRefusedException(
					"Writes are not pinned to " + node + ", but to " + ((pinned != null) ? pinned.id() : "no node"));
		}
		this.manager.unpin();
	}

	private static WebEndpointResponse<Object> error(RuntimeException reason, int status) {
		String message = String.valueOf(reason.getMessage());
		return new WebEndpointResponse<>(new ErrorDescriptor(message), status);
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
		 * Probe all nodes now.
		 */
		PROBE,

		/**
		 * Let no other node be the primary.
		 */
		PIN,

		/**
		 * Take that back.
		 */
		UNPIN

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
