package io.nexs.postgres.endpoint;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Supplier;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.StatementSample;
import io.nexs.postgres.routing.OperationRefusedException;
import io.nexs.postgres.routing.RoutingChange;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * The endpoint {@code nexsdb}: what is known of the nodes, what happened to them, and
 * operations on them. Reading does no I/O but for {@link #statements}. Thread-safe.
 */
@WebEndpoint(id = "nexsdb")
public final class NexsDbEndpoint {

	private final ClusterMonitor monitor;

	private final PoolSections pools;

	private final FailoverManager manager;

	private final Duration drainTimeout;

	private final ObservationSections sections;

	/**
	 * Creates the endpoint.
	 * @param monitor knows the nodes
	 * @param pools their pools, and what can be changed of them
	 * @param manager operates on them
	 * @param drainTimeout longest time a drain waits that names none
	 * @param sections further parts
	 */
	public NexsDbEndpoint(ClusterMonitor monitor, PoolSections pools, FailoverManager manager, Duration drainTimeout,
			ObservationSections sections) {
		this.monitor = monitor;
		this.pools = pools;
		this.manager = manager;
		this.drainTimeout = drainTimeout;
		this.sections = sections;
	}

	/**
	 * The cluster and its nodes.
	 * @return what is known now
	 */
	@ReadOperation
	public ClusterDescriptor cluster() {
		return ClusterDescriptor.of(this.monitor.topology(), this.pools, this.manager, this.sections);
	}

	/**
	 * One node.
	 * @param node id of the node
	 * @return what is known now; 404 if there is no such node
	 */
	@ReadOperation
	public WebEndpointResponse<Object> node(@Selector String node) {
		try {
			NodePool pool = this.pools.pools().of(node);
			return new WebEndpointResponse<>(
					ClusterDescriptor.node(this.monitor.topology().node(node), pool, this.pools));
		}
		catch (IllegalArgumentException ex) {
			return error(ex, WebEndpointResponse.STATUS_NOT_FOUND);
		}
	}

	/**
	 * What one idle connection to a node has prepared, asked from its server.
	 * @param node id of the node
	 * @param view what of the node
	 * @return what it said; 404 if there is no such node, 503 if none is idle or the
	 * server did not answer
	 */
	@ReadOperation
	public WebEndpointResponse<Object> statements(@Selector String node, @Selector NodeView view) {
		try {
			return new WebEndpointResponse<>(StatementSample.of(this.pools.pools().of(node)));
		}
		catch (IllegalArgumentException ex) {
			return error(ex, WebEndpointResponse.STATUS_NOT_FOUND);
		}
		catch (SQLException ex) {
			return error(
					new IllegalStateException(
							"No connection to " + node + " was idle and answered, SQLSTATE " + ex.getSQLState()),
					WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
		}
	}

	/**
	 * Changes what holds for all nodes, until the end of the process. What is not there
	 * stays as it is.
	 * @param preference where read-only work goes that does not say otherwise
	 * @param balancer chooses among replicas
	 * @param maxConns most connections each pool opens
	 * @param minConns idle connections each pool keeps
	 * @return the cluster after that; 400 if nothing was changed, and why
	 */
	@WriteOperation
	public WebEndpointResponse<Object> change(@Nullable String preference, @Nullable String balancer,
			@Nullable String maxConns, @Nullable String minConns) {
		return change(() -> {
			RoutingChange change = ChangeRequest.ofCluster(preference, balancer, maxConns, minConns);
			this.pools.control().change(change);
			return cluster();
		});
	}

	/**
	 * Changes what is of one node, until the end of the process. What is not there stays
	 * as it is.
	 * @param node id of the node
	 * @param weight its share of reads
	 * @param maxConns most connections its pool opens
	 * @param minConns idle connections its pool keeps
	 * @return the node after that; 404 if there is no such node, 400 if nothing was
	 * changed, and why
	 */
	@WriteOperation
	public WebEndpointResponse<Object> changeNode(@Selector String node, @Nullable String weight,
			@Nullable String maxConns, @Nullable String minConns) {
		try {
			this.pools.pools().of(node);
		}
		catch (IllegalArgumentException ex) {
			return error(ex, WebEndpointResponse.STATUS_NOT_FOUND);
		}
		return change(() -> {
			this.pools.control().change(node, ChangeRequest.ofNode(weight, maxConns, minConns));
			return ClusterDescriptor.node(this.monitor.topology().node(node), this.pools.pools().of(node), this.pools);
		});
	}

	/**
	 * Takes back what was changed.
	 * @return the cluster after that
	 */
	@DeleteOperation
	public ClusterDescriptor reset() {
		this.pools.control().reset();
		return cluster();
	}

	private static WebEndpointResponse<Object> change(Supplier<Object> change) {
		try {
			return new WebEndpointResponse<>(change.get());
		}
		catch (IllegalArgumentException | OperationRefusedException ex) {
			return error(ex, WebEndpointResponse.STATUS_BAD_REQUEST);
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
			this.pools.pools().of(node);
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
	 * What can be asked of a node.
	 */
	public enum NodeView {

		/**
		 * Prepared statements of an idle connection.
		 */
		STATEMENTS

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
