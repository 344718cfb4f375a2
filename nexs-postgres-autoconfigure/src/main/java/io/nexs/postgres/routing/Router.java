package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.cluster.TopologyListener;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.pool.Pooler;
import io.nexs.postgres.sqlstate.FailureKind;
import io.nexs.postgres.sqlstate.SqlStateClassifier;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * Takes routes and borrows connections for them. Thread-safe. The usual way reads one
 * volatile field and borrows; only a failed borrow or an unusable node leads into a loop,
 * which the acquire time ends.
 */
final class Router implements TopologyListener {

	/**
	 * How long a read waits for one node's pool before it looks at the others; twice as
	 * long each time it finds none, so that many who wait do not keep each other busy.
	 */
	private static final long READ_SLICE_MILLIS = 250;

	/**
	 * How long a write waits for a connection to be opened before it looks whether the
	 * primary has moved.
	 */
	private static final long WRITE_SLICE_MILLIS = 1000;

	/**
	 * The longest wait while all connections are lent. The change of a node wakes whoever
	 * waits; this is for those who began to wait in the same moment.
	 */
	private static final long LONGEST_SLICE_MILLIS = 2000;

	/**
	 * In place of the moment when a statement began of which nobody wants to know.
	 */
	static final long UNTIMED = 0;

	private static final int VALIDATION_SECONDS = 2;

	private final ClusterMonitor monitor;

	private final List<NodeTarget> targets;

	private final Pooler pooler;

	private final RoutingSettings settings;

	private final ReadChoice choice;

	private final WriteGate gate;

	private final RoutingCollaborators collaborators;

	private final RoutingListener listener;

	private final LimitedCalls limits;

	/** Whether somebody wants to know how long things take. */
	private final boolean timed;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private volatile RoutingTable table;

	Router(ClusterMonitor monitor, NodePools pools, RoutingSettings settings, RoutingCollaborators collaborators,
			RoutingControl control) {
		this.monitor = monitor;
		this.settings = settings;
		List<NodeTarget> targets = new ArrayList<>();
		pools.all().forEach((pool) -> targets.add(new NodeTarget(pool, targets.size())));
		this.targets = List.copyOf(targets);
		weigh(control.rules());
		targets.forEach((target) -> monitor.listenTo(target.node().id(), target.load()::answeredAt));
		this.pooler = pools.pooler();
		this.choice = new ReadChoice(settings.maxFallbackConns());
		this.gate = collaborators.gate();
		this.collaborators = collaborators;
		this.listener = collaborators.listener();
		this.timed = this.listener != RoutingListener.NONE;
		this.limits = new LimitedCalls(collaborators.limits(), this.listener);
		this.table = RoutingTable.of(monitor.topology(), this.targets, settings.zone(), control.rules(), null);
	}

	@Override
	public void topologyChanged(Topology topology, List<ClusterEvent> events) {
		replaceTable((before) -> RoutingTable.of(topology, this.targets, this.settings.zone(), before.rules(), before));
		long now = System.nanoTime();
		for (int i = 0; i < this.targets.size(); i++) {
			NodeState state = topology.nodes().get(i);
			this.targets.get(i).learn(state.identity());
			if (state.latencyNanos() > 0 && state.failures() == 0 && this.targets.get(i).load().isUnknown()) {
				this.targets.get(i).load().record(state.latencyNanos(), now);
			}
		}
		signalChange();
	}

	/**
	 * Takes over changed rules. Whoever looks for a node looks again.
	 */
	void rulesChanged(RoutingRules rules) {
		weigh(rules);
		replaceTable((before) -> RoutingTable.of(before.topology(), this.targets, this.settings.zone(), rules, before));
		signalChange();
	}

	private void weigh(RoutingRules rules) {
		this.targets.forEach((target) -> target.weigh(rules.weights().getOrDefault(target.node().id(), 1)));
	}

	/**
	 * The cluster thread and an operator may come at the same moment.
	 */
	private void replaceTable(UnaryOperator<RoutingTable> change) {
		RoutingTable before;
		RoutingTable after;
		this.lock.lock();
		try {
			before = this.table;
			after = change.apply(before);
			this.table = after;
		}
		finally {
			this.lock.unlock();
		}
		if (!hasSameNodes(before, after)) {
			this.targets.forEach((target) -> target.pool().wakeWaiting());
		}
	}

	private void signalChange() {
		this.lock.lock();
		try {
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private static boolean hasSameNodes(RoutingTable table, RoutingTable other) {
		return table.primary() == other.primary() && table.withRecovering() == other.withRecovering();
	}

	/**
	 * Takes a connection for work that may write.
	 * @param trial whether to try the connection before it is used
	 */
	Lease write(RouteReason reason, Trial trial) throws SQLException {
		Lease idle = this.timed ? null : writeIdle(reason, trial);
		return (idle != null) ? idle : writeInTime(reason, trial);
	}

	/**
	 * The usual case, in which the clock is not asked.
	 */
	private @Nullable Lease writeIdle(RouteReason reason, Trial trial) throws SQLException {
		RoutingTable current = this.table;
		NodeTarget primary = current.primary();
		Lease lease = (primary != null) ? borrowIdle(primary.way(NodeRole.PRIMARY, reason), trial) : null;
		if (lease == null) {
			return null;
		}
		if (!mayKeepForWrite(lease)) {
			lease.release();
			return null;
		}
		lease.begin(current);
		return lease;
	}

	private Lease writeInTime(RouteReason reason, Trial trial) throws SQLException {
		long now = System.nanoTime();
		long deadline = deadline(now);
		WriteGate.Waiting waiting = null;
		try {
			while (true) {
				RoutingTable current = this.table;
				NodeTarget primary = current.primary();
				if (primary == null) {
					waiting = (waiting != null) ? waiting : this.gate.enter();
					deadline = awaitPrimary(waiting, current, deadline);
					now = System.nanoTime();
					continue;
				}
				Lease lease = borrowToWrite(primary, reason, now, deadline, trial);
				if (lease != null) {
					lease.begin(current);
					if (waiting != null) {
						waiting.served();
					}
					return lease;
				}
				now = checkDeadline(deadline, "No connection to write");
			}
		}
		finally {
			if (waiting != null) {
				waiting.leave();
			}
		}
	}

	/**
	 * Waits at the gate, whose time is not that for a connection. The gate may have let
	 * the write pass a moment before the table changes, or without a reason.
	 * @return the deadline for a connection
	 */
	private long awaitPrimary(WriteGate.Waiting waiting, RoutingTable seen, long deadline) throws SQLException {
		long start = System.nanoTime();
		waiting.awaitPrimary();
		long end = deadline + (System.nanoTime() - start);
		if (this.table == seen) {
			awaitChange(seen, end);
			checkDeadline(end, "No primary to write to");
		}
		return end;
	}

	private @Nullable Lease borrowToWrite(NodeTarget primary, RouteReason reason, long now, long deadline, Trial trial)
			throws SQLException {
		Way way = primary.way(NodeRole.PRIMARY, reason);
		int turn = primary.pool().turn();
		if (this.table.primary() != primary) {
			return null;
		}
		Lease lease = borrow(way, turn, now, slice(now, deadline, LONGEST_SLICE_MILLIS), trial);
		if (lease == null || mayKeepForWrite(lease)) {
			return lease;
		}
		lease.release();
		return null;
	}

	/**
	 * Takes a connection for read-only work.
	 * @param avoid bits of nodes that should not be tried unless there is no other
	 * @param trial whether to try the connection before it is used
	 * @param serializable whether only the primary can do it
	 */
	Lease read(long avoid, Trial trial, boolean serializable) throws SQLException {
		ReadScope scope = ReadScope.current();
		Set<String> tags = (scope != null) ? scope.tags() : Set.of();
		RoutingTable current = this.table;
		ReadPreference preference = preference(scope, serializable, current);
		Way way = this.choice.choose(current, preference, tags, avoid);
		if (way != null && !this.timed) {
			Lease lease = borrowIdle(way, ofRead(trial, way.route()));
			if (lease != null && !isOneFallbackTooMany(lease)) {
				return lease;
			}
			if (lease != null) {
				lease.release();
			}
		}
		long now = System.nanoTime();
		long deadline = deadline(now);
		long excluded = avoid;
		long longest = READ_SLICE_MILLIS;
		for (;; current = this.table, preference = preference(scope, serializable, current), way = this.choice
			.choose(current, preference, tags, excluded)) {
			if (way != null) {
				int turn = way.target().pool().turn();
				if (this.table != current) {
					continue;
				}
				Lease lease = borrow(way, turn, now, slice(now, deadline, longest), ofRead(trial, way.route()));
				if (lease != null && !isOneFallbackTooMany(lease)) {
					return lease;
				}
				if (lease != null) {
					lease.release();
				}
				if (hasSameNodes(current, this.table)) {
					excluded |= way.target().bit();
				}
			}
			else if (excluded != 0) {
				excluded = 0;
				longest = Math.min(longest * 2, LONGEST_SLICE_MILLIS);
			}
			else {
				awaitChange(current, deadline);
			}
			now = checkDeadline(deadline, "No node to read from with preference ", preference);
		}
	}

	/**
	 * On a replica a read can be repeated even in autocommit mode: nothing but reads
	 * happens there.
	 */
	private static Trial ofRead(Trial trial, Route route) {
		return (trial == Trial.AFTER_IDLENESS && route.role() == NodeRole.REPLICA) ? Trial.NONE : trial;
	}

	/**
	 * Several readers may see room for the same one; the number each was given decides.
	 */
	private boolean isOneFallbackTooMany(Lease lease) {
		return lease.route().reason() == RouteReason.FALLBACK_TO_PRIMARY
				&& lease.fallbacks() > this.settings.maxFallbackConns();
	}

	/**
	 * Whether read-only work may stay on a connection that is held already.
	 */
	boolean mayKeepForRead(Lease lease, boolean serializable) {
		ReadScope scope = ReadScope.current();
		RoutingTable current = this.table;
		return switch (preference(scope, serializable, current)) {
			case PRIMARY, PRIMARY_PREFERRED -> lease.target() == current.primary();
			case SECONDARY, SECONDARY_PREFERRED -> (scope == null || scope.tags().isEmpty())
					&& lease.target() != current.primary() && current.replicas().contains(lease.target());
			case NEAREST -> false;
		};
	}

	private static ReadPreference preference(@Nullable ReadScope scope, boolean serializable, RoutingTable table) {
		if (serializable) {
			return ReadPreference.PRIMARY;
		}
		return (scope != null) ? scope.preference() : table.rules().preference();
	}

	/**
	 * Waits until the node that refused a write is not the primary any more. It was
	 * reported, so its probe is under way, and the answer ends the wait too.
	 * @return whether it is not; {@code false} if it stays the primary
	 */
	boolean awaitSuccessor(Lease refused) throws SQLException {
		Instant refusedAt = Instant.now();
		long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WRITE_SLICE_MILLIS);
		RoutingTable current = this.table;
		while (current.primary() == refused.target() && !isProbedSince(refusedAt, refused, current)
				&& deadline - System.nanoTime() > 0) {
			awaitChange(current, deadline);
			current = this.table;
		}
		return current.primary() != refused.target();
	}

	private static boolean isProbedSince(Instant moment, Lease lease, RoutingTable table) {
		Instant probed = table.topology().node(lease.target().node().id()).lastProbe();
		return probed != null && probed.isAfter(moment);
	}

	boolean mayKeepForWrite(Lease lease) {
		return lease.target() == this.table.primary();
	}

	/**
	 * Borrows from one node.
	 * @param turn of its pool, read before it was sure that the node is the right one
	 * @param start what time it is now
	 * @return the lease, or {@code null} if the node's pool had none in time
	 */
	private @Nullable Lease borrow(Way way, int turn, long start, long millis, Trial trial) throws SQLException {
		NodeTarget target = way.target();
		boolean read = way.route().reason().isRead();
		try {
			NodePool pool = target.pool();
			long openMillis = Math.min(millis, read ? READ_SLICE_MILLIS : WRITE_SLICE_MILLIS);
			Connection connection = (trial == Trial.NONE) ? pool.borrowUntried(turn, millis, openMillis)
					: pool.borrow(turn, millis, openMillis);
			long end = System.nanoTime();
			this.listener.acquired(target.node(), end - start, connection != null);
			if (connection == null) {
				return null;
			}
			Lease lease = new Lease(way, connection);
			if (this.collaborators.hooks().isActive()) {
				lease.since(end);
			}
			if (isToBeTried(lease, trial) && !isAlive(lease)) {
				lease.release();
				long now = System.nanoTime();
				long left = millis - TimeUnit.NANOSECONDS.toMillis(now - start);
				return (left > 0) ? borrow(way, turn, now, left, trial) : null;
			}
			this.listener.routed(way.route());
			return lease;
		}
		catch (SQLTransientConnectionException ex) {
			this.listener.acquired(target.node(), System.nanoTime() - start, false);
			if (!read && SqlStateClassifier.classify(ex) == FailureKind.CREDENTIALS) {
				throw ex;
			}
			return null;
		}
	}

	/**
	 * Borrows from one node what lies idle there, without a look at the clock.
	 * @return the lease, or {@code null} if the node's pool had none
	 */
	private @Nullable Lease borrowIdle(Way way, Trial trial) throws SQLException {
		Connection connection = way.target().pool().borrowIdle(trial == Trial.NONE);
		if (connection == null) {
			return null;
		}
		Lease lease = new Lease(way, connection);
		if (this.collaborators.hooks().isActive()) {
			lease.since(System.nanoTime());
		}
		if (isToBeTried(lease, trial) && !isAlive(lease)) {
			lease.release();
			return null;
		}
		this.listener.routed(way.route());
		return lease;
	}

	/**
	 * After idleness HikariCP has tried it; when another connection died meanwhile, that
	 * says nothing.
	 */
	private static boolean isToBeTried(Lease lease, Trial trial) throws SQLException {
		return trial == Trial.ALWAYS
				|| (trial == Trial.AFTER_IDLENESS && lease.target().pool().isInDoubt(lease.connection()));
	}

	/**
	 * Tries a connection; one that does not answer is closed.
	 */
	boolean isAlive(Lease lease) throws SQLException {
		if (lease.connection().isValid(VALIDATION_SECONDS)) {
			return true;
		}
		lease.target().pool().evict(lease.connection());
		return false;
	}

	/**
	 * The name of the database, which is the same on all nodes.
	 */
	String database() {
		return this.targets.get(0).node().dsn().database();
	}

	/**
	 * Whether somebody wants to know how long transactions take.
	 */
	boolean isTimed() {
		return this.timed;
	}

	/**
	 * Whether somebody wants to know how long a statement takes.
	 */
	boolean isTimed(Lease lease) {
		return this.timed || lease.target().load().isWanted();
	}

	/**
	 * Takes note of a statement.
	 * @param start when it began, or {@link #UNTIMED}
	 * @return when it ended, in the time of {@link System#nanoTime()}, if it is timed
	 */
	long observe(Lease lease, StatementKind kind, long start, @Nullable SQLException failure) {
		if (start == UNTIMED) {
			if (failure == null || isAnswer(failure)) {
				lease.target().load().answered();
			}
			return start;
		}
		long now = System.nanoTime();
		if (failure == null) {
			lease.target().load().record(now - start, now);
		}
		else if (isAnswer(failure)) {
			lease.target().load().answered();
		}
		this.listener.executed(lease.route(), kind, now - start, failure);
		return now;
	}

	private static boolean isAnswer(SQLException failure) {
		return failure instanceof PSQLException answer && answer.getServerErrorMessage() != null;
	}

	/**
	 * Tells the monitor of a failure that speaks of the node.
	 */
	void report(Lease lease, SQLException failure) {
		this.monitor.reportFailure(lease.target().node().id(), failure.getSQLState());
	}

	/**
	 * The isolation level a transaction gets when none is asked for, as last read from
	 * the primary; never asks a server.
	 */
	int defaultIsolation() {
		NodeTarget primary = this.table.primary();
		return (primary != null) ? primary.defaultIsolation() : Connection.TRANSACTION_READ_COMMITTED;
	}

	Pooler pooler() {
		return this.pooler;
	}

	/**
	 * The parts all handles work with.
	 */
	RoutingCollaborators collaborators() {
		return this.collaborators;
	}

	RoutingListener listener() {
		return this.listener;
	}

	LimitedCalls limits() {
		return this.limits;
	}

	RoutingTable table() {
		return this.table;
	}

	List<NodeTarget> targets() {
		return this.targets;
	}

	private long deadline(long now) {
		return now + this.settings.acquireTimeout().toNanos();
	}

	private static long slice(long now, long deadline, long longest) {
		return Math.max(1, Math.min(longest, TimeUnit.NANOSECONDS.toMillis(deadline - now)));
	}

	private long checkDeadline(long deadline, String what) throws NoNodeException {
		return checkDeadline(deadline, what, "");
	}

	/**
	 * Ends the search when its time is over.
	 * @return what time it is now
	 */
	private long checkDeadline(long deadline, String what, Object preference) throws NoNodeException {
		long now = System.nanoTime();
		if (deadline - now <= 0) {
			throw new NoNodeException(what + preference + " within " + this.settings.acquireTimeout().toMillis()
					+ " ms: " + this.table.topology().describe() + "; connections lent: " + lent());
		}
		return now;
	}

	private String lent() {
		List<String> lent = new ArrayList<>();
		this.targets.forEach((target) -> lent.add(target + " " + target.activeConnections() + "/"
				+ target.pool().snapshot().max() + (target.pool().isPaused() ? " (paused until the start)" : "")));
		return String.join(", ", lent);
	}

	/**
	 * Waits for another table. The monitor says that there is a primary a moment before
	 * the table does; and a fallback may become possible without another table, so it
	 * looks again after a slice in any case.
	 */
	private void awaitChange(RoutingTable seen, long deadline) throws SQLException {
		this.lock.lock();
		try {
			long remaining = TimeUnit.MILLISECONDS.toNanos(slice(System.nanoTime(), deadline, READ_SLICE_MILLIS));
			while (this.table == seen && remaining > 0) {
				remaining = this.changed.awaitNanos(remaining);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SQLException("Interrupted while waiting for a node", "08001", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

}
