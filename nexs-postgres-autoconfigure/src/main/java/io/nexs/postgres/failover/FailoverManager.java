package io.nexs.postgres.failover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.routing.OperationRefusedException;
import io.nexs.postgres.routing.ReplicaManager;
import io.nexs.postgres.routing.WriteGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows changes of the primary: lets writes wait for the next one, keeps account of
 * every loss, and takes orders from operators. It elects nobody. Thread-safe.
 * <p>
 * A write that finds no primary waits up to {@link FailoverSettings#waitTimeout()}, woken
 * with all others by the first topology that has one; at most
 * {@link FailoverSettings#maxWaiting()} wait at one time.
 */
public final class FailoverManager implements WriteGate {

	private static final Logger logger = LoggerFactory.getLogger(FailoverManager.class);

	private final ClusterMonitor monitor;

	private final ReplicaManager nodes;

	private final FailoverSettings settings;

	private final WriteWaiting waiting;

	private final FailoverTracker tracker;

	private final Journal journal = new Journal();

	private final List<Consumer<? super FailoverEvent>> listeners = new CopyOnWriteArrayList<>();

	/**
	 * Creates the manager and subscribes it. To count every write that waits it has to be
	 * subscribed before the data source.
	 * @param monitor knows the nodes
	 * @param nodes operates on them
	 * @param settings limits of waiting
	 */
	public FailoverManager(ClusterMonitor monitor, ReplicaManager nodes, FailoverSettings settings) {
		this.monitor = monitor;
		this.nodes = nodes;
		this.settings = settings;
		this.waiting = new WriteWaiting(settings);
		this.tracker = new FailoverTracker(settings, this.waiting);
		monitor.addListener(this::follow);
	}

	/**
	 * Whether writes have somewhere to go.
	 * @return the state after the newest topology
	 */
	public FailoverState state() {
		return this.tracker.view().state();
	}

	/**
	 * The nodes.
	 * @return their ids in the order of the configuration
	 */
	public List<String> nodes() {
		return this.monitor.topology().nodes().stream().map(NodeState::id).toList();
	}

	/**
	 * What happened since the start.
	 * @return figures of this moment
	 */
	public FailoverStatistics statistics() {
		return FailoverReport.of(this.tracker, this.waiting.snapshot(), Moment.now());
	}

	/**
	 * The latest events.
	 * @return at most 100, the newest first
	 */
	public List<JournalEntry> journal() {
		return this.journal.entries();
	}

	/**
	 * Tells a listener every event from now on.
	 * @param listener called on the cluster thread, so it must not block; what it throws
	 * is logged and ignored
	 */
	public void addListener(Consumer<? super FailoverEvent> listener) {
		this.listeners.add(listener);
	}

	/**
	 * Lets only one node be the primary, until {@link #unpin()}. Writes wait while it
	 * cannot take them. Between nodes that are writable on one timeline, and where
	 * conflicts are refused, this decides; a newer timeline elsewhere fences the pinned
	 * node all the same.
	 * @param nodeId id of the node
	 * @throws IllegalArgumentException if there is no such node
	 * @throws OperationRefusedException if the node cannot take writes now
	 */
	public void pin(String nodeId) {
		Topology topology = this.monitor.topology();
		String reason = PinRule.objection(topology, topology.node(nodeId));
		if (reason != null) {
			throw new OperationRefusedException(reason);
		}
		this.monitor.pin(nodeId);
	}

	/**
	 * Takes the pin back, if there is one.
	 */
	public void unpin() {
		this.monitor.unpin();
	}

	/**
	 * Gives a node no new work until {@link #resume(String)}. If it is the primary,
	 * writes wait.
	 * @param nodeId id of the node
	 * @throws IllegalArgumentException if there is no such node
	 */
	public void maintenance(String nodeId) {
		this.nodes.maintenance(nodeId);
	}

	/**
	 * Ends maintenance.
	 * @param nodeId id of the node
	 * @throws IllegalArgumentException if there is no such node
	 */
	public void resume(String nodeId) {
		this.nodes.resume(nodeId);
	}

	/**
	 * Gives a node no new work, waits for what it has, and closes its connections.
	 * @param nodeId id of the node
	 * @param timeout longest wait
	 * @return whether no connection is lent any more
	 * @throws InterruptedException if the caller was interrupted
	 * @throws IllegalArgumentException if there is no such node
	 * @throws OperationRefusedException if no other node takes work
	 */
	public boolean drain(String nodeId, Duration timeout) throws InterruptedException {
		return this.nodes.drain(nodeId, timeout);
	}

	/**
	 * Probes all nodes at once, without waiting for the answers.
	 */
	public void probe() {
		this.monitor.probeNow();
	}

	@Override
	public Waiting enter() throws SQLException {
		WriteWaiting.Ticket ticket = this.waiting.enter(System.nanoTime());
		if (ticket == null) {
			throw new NoPrimaryException("No primary to write to, and " + this.settings.maxWaiting()
					+ " writes wait for one already (nexs.db.failover.max-waiting): "
					+ this.monitor.topology().describe(), Duration.ZERO);
		}
		return new WaitingWrite(this.monitor, this.waiting, ticket);
	}

	private void follow(Topology topology, List<ClusterEvent> changes) {
		Moment now = Moment.now();
		List<FailoverEvent> events = this.tracker.next(topology, changes, now);
		List<String> texts = new ArrayList<>();
		changes.forEach((change) -> texts.add(change.describe(topology)));
		for (FailoverEvent event : events) {
			if (!isRepetition(event)) {
				texts.add(event.describe());
			}
			log(event);
			this.listeners.forEach((listener) -> tell(listener, event));
		}
		this.journal.add(now.at(), texts);
	}

	/**
	 * Those that only give the status of a node a name of their own.
	 */
	private static boolean isRepetition(FailoverEvent event) {
		return event instanceof FailoverEvent.NodeFenced || event instanceof FailoverEvent.MaintenanceBegan
				|| event instanceof FailoverEvent.MaintenanceEnded;
	}

	private static void log(FailoverEvent event) {
		if (event instanceof FailoverEvent.FailoverStarted || event instanceof FailoverEvent.FailoverCompleted) {
			logger.info(event.describe());
		}
		else if (event instanceof FailoverEvent.FailoverFailed) {
			logger.warn(event.describe());
		}
		else {
			logger.debug(event.describe());
		}
	}

	private static void tell(Consumer<? super FailoverEvent> listener, FailoverEvent event) {
		try {
			listener.accept(event);
		}
		catch (RuntimeException | LinkageError ex) {
			logger.warn("A listener of failover events failed", ex);
		}
	}

}
