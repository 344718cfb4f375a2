package io.nexs.postgres.cluster;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import io.nexs.postgres.sqlstate.SqlStates;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link Topology} of a cluster up to date. Each node is probed by a thread
 * {@code nexs-db-probe-<id>}; the thread {@code nexs-db-cluster} alone owns the state,
 * turns what the probers learn into the next topology, publishes it and tells the
 * listeners. All methods may be called from any thread. The threads are daemons and end
 * with {@link #close()}.
 */
public final class ClusterMonitor implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ClusterMonitor.class);

	private static final Duration START_MARGIN = Duration.ofMillis(500);

	private static final Duration CLOSE_GRACE = Duration.ofMillis(100);

	/** Looks at the silence of the nodes within one probe timeout. */
	private static final int BEATS = 10;

	private final MonitorSettings settings;

	private final TopologyReducer reducer;

	private final List<Prober> probers = new ArrayList<>();

	private final List<NodeWatch> watches = new ArrayList<>();

	private final Stalls stalls;

	private final BlockingQueue<Observation> observations = new LinkedBlockingQueue<>();

	private final List<TopologyListener> listeners = new CopyOnWriteArrayList<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition published = this.lock.newCondition();

	private final Thread thread = new Thread(this::run, "nexs-db-cluster");

	private ClusterState state;

	private volatile Topology topology;

	/** The newest topology every listener was told. */
	private volatile Topology told;

	/** Open while there is a primary that all listeners know. */
	private volatile CountDownLatch primaryKnown = new CountDownLatch(1);

	private volatile boolean closed;

	/** For how long this process had stood still at the last beat. */
	private long stalledBefore;

	/**
	 * A monitor that is not started.
	 * @param nodes the nodes of the cluster, at least one, with different ids
	 * @param settings how to probe and judge
	 * @param connector opens the probers' connections
	 * @throws IllegalArgumentException when there is no node or an id occurs twice
	 */
	public ClusterMonitor(List<Node> nodes, MonitorSettings settings, ProbeConnector connector) {
		requireDistinct(nodes);
		this.settings = settings;
		this.reducer = new TopologyReducer(settings);
		this.state = ClusterState.initial(nodes);
		this.topology = this.state.topology();
		this.told = this.topology;
		this.stalls = new Stalls(System.nanoTime(), beatNanos() * 3 / 2);
		ProbeContext context = new ProbeContext(settings, connector, () -> this.topology, this.observations::add,
				this.stalls);
		for (Node node : nodes) {
			Prober prober = new Prober(this.probers.size(), node, context);
			this.probers.add(prober);
			this.watches.add(new NodeWatch(prober, settings));
		}
		this.listeners.add(new TopologyLog());
		this.thread.setDaemon(true);
	}

	/**
	 * Start probing. Returns when every node was observed once and all listeners know, or
	 * after the probe timeout and half a second, whatever the nodes do.
	 * @throws IllegalThreadStateException when called twice
	 */
	public void start() {
		begin();
		awaitObservations((at) -> true);
	}

	/**
	 * Start probing, and do not wait for what comes of it.
	 * @throws IllegalThreadStateException when called or started before
	 */
	public void begin() {
		this.thread.start();
		this.probers.forEach(Prober::start);
	}

	private void awaitObservations(Predicate<Instant> recent) {
		try {
			await(this.settings.timeout().plus(START_MARGIN),
					() -> this.told.nodes()
						.stream()
						.map(NodeState::lastProbe)
						.allMatch((at) -> at != null && recent.test(at)));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * The newest topology all listeners were told, so that what is seen here is in force
	 * there: one volatile read.
	 * @return the topology; before {@link #start()} all nodes are of unknown role
	 */
	public Topology topology() {
		return this.told;
	}

	/**
	 * The newest term seen, also while listeners are still being told of it: one volatile
	 * read.
	 * @return the term; {@code null} before the first primary
	 */
	public @Nullable Term term() {
		return this.topology.term();
	}

	/**
	 * Whether what the primary of a term acknowledges now may be lost: a later term was
	 * seen, or more than one server claims to be the primary. One volatile read, also
	 * while listeners are still being told.
	 * @param term the term; {@code null} if none was known
	 * @return {@code true} if it may be
	 */
	public boolean isInDoubt(@Nullable Term term) {
		Topology newest = this.topology;
		Term now = newest.term();
		return newest.conflict() != PrimaryConflict.NONE || (term != null && now != null && term.isSupersededBy(now));
	}

	/**
	 * The same for a commit that was said on a node, which another server may be the
	 * right primary beside, also where that is no conflict because the node is in
	 * maintenance.
	 * @param term the term its transaction began in; {@code null} if none was known
	 * @param node where it was said
	 * @return whether {@link Topology#doubts(Term, Node)} says so of the newest topology
	 */
	public boolean isInDoubt(@Nullable Term term, Node node) {
		return this.topology.doubts(term, node);
	}

	/**
	 * Why the last probe of a node failed, for more than {@link NodeState#lastError()}
	 * says of it. It may be newer than the topology.
	 * @param nodeId the id of the node
	 * @return what the driver threw; {@code null} when the last probe was answered and
	 * before the first one
	 * @throws IllegalArgumentException when there is no such node
	 */
	public @Nullable SQLException lastFailure(String nodeId) {
		return this.probers.get(this.topology.indexOf(nodeId)).failure();
	}

	/**
	 * Tell a listener every topology published from now on.
	 * @param listener the listener, called on the cluster thread
	 */
	public void addListener(TopologyListener listener) {
		this.listeners.add(listener);
	}

	/**
	 * Tell the monitor where to read when a node last answered a statement of the
	 * application. While it answers those, a probe without an answer makes it neither
	 * suspect nor failed.
	 * @param nodeId the id of the node
	 * @param lastAnswer gives the moment on the scale of {@link System#nanoTime()}; asked
	 * from any thread, must not block
	 * @throws IllegalArgumentException when there is no such node
	 */
	public void listenTo(String nodeId, LongSupplier lastAnswer) {
		this.probers.get(this.topology.indexOf(nodeId)).listenTo(lastAnswer);
	}

	/**
	 * Evidence from real traffic that something is wrong with a node: it is probed at
	 * once. So are all nodes when it is the primary, when there is no primary, or when it
	 * refused a write as read-only. Never blocks.
	 * @param nodeId the id of the node
	 * @param sqlState the SQLSTATE met; {@code null} when there was none
	 * @throws IllegalArgumentException when there is no such node
	 */
	public void reportFailure(String nodeId, @Nullable String sqlState) {
		Topology now = this.topology;
		int index = now.indexOf(nodeId);
		NodeState primary = now.primary();
		if (primary == null || primary.id().equals(nodeId) || SqlStates.READ_ONLY_SQL_TRANSACTION.equals(sqlState)) {
			probeNow();
		}
		else {
			this.probers.get(index).probeNow();
		}
	}

	/**
	 * A physical connection reached a server. If it is another one than the prober of the
	 * node talks to, the prober connects anew, at once. Never blocks.
	 * @param nodeId the id of the node
	 * @param server the server the connection reached
	 * @throws IllegalArgumentException when there is no such node
	 */
	public void reportServer(String nodeId, ServerInstance server) {
		Topology now = this.topology;
		int index = now.indexOf(nodeId);
		this.probers.get(index).heard(System.nanoTime());
		NodeIdentity known = now.nodes().get(index).identity();
		if (known != null && !server.is(known)) {
			this.probers.get(index).reconnect();
		}
	}

	/**
	 * A session of the application on a node that was a standby learned that it is none
	 * any more. All nodes are probed at once, unless that is known. Never blocks.
	 * @param nodeId the id of the node
	 * @throws IllegalArgumentException when there is no such node
	 */
	public void reportPromotion(String nodeId) {
		if (this.topology.node(nodeId).role() != NodeRole.PRIMARY) {
			probeNow();
		}
	}

	/**
	 * Probe all nodes at once, without waiting for the answers.
	 */
	public void probeNow() {
		this.probers.forEach(Prober::probeNow);
	}

	/**
	 * Wait until there is a primary and all listeners know it. All waiters are woken
	 * together.
	 * @param timeout how long to wait at most
	 * @return whether there is a primary; {@code false} too when the monitor was closed
	 * @throws InterruptedException when interrupted while waiting
	 */
	public boolean awaitPrimary(Duration timeout) throws InterruptedException {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (!this.told.hasPrimary()) {
			CountDownLatch known = this.primaryKnown;
			long rest = deadline - System.nanoTime();
			if (this.closed || rest <= 0) {
				return false;
			}
			known.await(rest, TimeUnit.NANOSECONDS);
		}
		return true;
	}

	/**
	 * Tell whether nothing will be learned any more.
	 * @return whether {@link #close()} was called
	 */
	public boolean isClosed() {
		return this.closed;
	}

	/**
	 * Take a node out of use, or give it back. Returns when all listeners were told, but
	 * after the probe timeout and half a second at the latest.
	 * @param nodeId the id of the node
	 * @param on whether maintenance begins
	 * @throws IllegalArgumentException when there is no such node
	 */
	public void maintenance(String nodeId, boolean on) {
		this.topology.indexOf(nodeId);
		this.observations.add(new Observation.MaintenanceChanged(nodeId, System.nanoTime(), Instant.now(), on));
		awaitTold(() -> (this.told.node(nodeId).status() == NodeStatus.MAINTENANCE) == on);
	}

	/**
	 * Let only one node be the primary. Writes wait while it cannot take them; that it is
	 * on an older timeline than another writable node is a reason too. Returns when all
	 * listeners were told, but after the probe timeout and half a second at the latest.
	 * @param nodeId the id of the node
	 * @throws IllegalArgumentException when there is no such node
	 */
	public void pin(String nodeId) {
		this.topology.indexOf(nodeId);
		this.observations.add(new Observation.PinChanged(nodeId, System.nanoTime(), Instant.now(), true));
		awaitTold(() -> {
			Node pinned = this.told.pinned();
			return pinned != null && pinned.id().equals(nodeId);
		});
	}

	/**
	 * Take a pin back, if there is one. Returns when all listeners were told, but after
	 * the probe timeout and half a second at the latest.
	 */
	public void unpin() {
		String any = this.topology.nodes().get(0).id();
		this.observations.add(new Observation.PinChanged(any, System.nanoTime(), Instant.now(), false));
		awaitTold(() -> this.told.pinned() == null);
	}

	private void awaitTold(BooleanSupplier condition) {
		if (!this.thread.isAlive() || Thread.currentThread() == this.thread) {
			return;
		}
		try {
			await(this.settings.timeout().plus(START_MARGIN), condition);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Close all connections and probe no more until {@link #resume()}; the topology stays
	 * as it is. A probe that hangs is cut off; one that is still connecting ends with its
	 * timeout, which is also how long this waits at most.
	 * @throws InterruptedException when interrupted while waiting
	 */
	public void pause() throws InterruptedException {
		CountDownLatch resting = new CountDownLatch(this.probers.size());
		this.probers.forEach((prober) -> prober.pause(resting));
		if (!resting.await(CLOSE_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
			this.probers.forEach(Prober::cut);
			resting.await(this.settings.timeout().plus(START_MARGIN).toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	/**
	 * Probe again. Returns when every node was observed anew and all listeners know, but
	 * after the probe timeout and half a second at the latest.
	 */
	public void resume() {
		Instant since = Instant.now();
		this.probers.forEach(Prober::resume);
		awaitObservations((at) -> !at.isBefore(since));
	}

	/**
	 * End all threads and close their connections. A probe that hangs is cut off; one
	 * that is still connecting ends with its timeout, which is also how long this waits
	 * at most.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.probers.forEach(Prober::stop);
		this.thread.interrupt();
		this.primaryKnown.countDown();
		wakeWaiters();
		long end = System.nanoTime() + this.settings.timeout().plus(START_MARGIN).toNanos();
		long grace = System.nanoTime() + CLOSE_GRACE.toNanos();
		try {
			for (Prober prober : this.probers) {
				prober.join(grace - System.nanoTime(), end - System.nanoTime());
			}
			if (Thread.currentThread() != this.thread) {
				this.thread.join(START_MARGIN.toMillis());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		long nextBeat = System.nanoTime();
		while (!this.closed) {
			try {
				long rest = Math.max(0, nextBeat - System.nanoTime());
				Observation observation = this.observations.poll(rest, TimeUnit.NANOSECONDS);
				if (observation != null) {
					apply(observation);
				}
				long now = System.nanoTime();
				if (now - nextBeat >= 0) {
					nextBeat = now + beatNanos();
					beat(now);
				}
			}
			catch (InterruptedException ex) {
				// Only close() interrupts; the loop looks at it.
			}
			catch (RuntimeException | Error ex) {
				complain("An observation could not be applied; the topology stays as it was", ex);
			}
		}
	}

	/**
	 * The thread has to outlive a moment without memory, which may be too short even for
	 * a line in the log.
	 */
	private static void complain(String message, Throwable failure) {
		try {
			logger.error(message, failure);
		}
		catch (Error ex) {
			// What could not be said is not worth the thread
		}
	}

	private void apply(Observation observation) {
		Topology before = this.topology;
		Transition transition = this.reducer.reduce(this.state, observation);
		this.state = transition.state();
		Topology after = this.state.topology();
		this.topology = after;
		wakeWaiters();
		if (after.epoch() != before.epoch()) {
			this.probers.forEach(Prober::reconsider);
		}
		for (TopologyListener listener : this.listeners) {
			tell(listener, after, transition.events());
		}
		publish(after);
		wakeWaiters();
	}

	/**
	 * Who finds no primary in the topology finds the latch that the next one opens.
	 */
	private void publish(Topology after) {
		if (!after.hasPrimary() && this.primaryKnown.getCount() == 0) {
			this.primaryKnown = new CountDownLatch(1);
		}
		this.told = after;
		if (after.hasPrimary()) {
			this.primaryKnown.countDown();
		}
	}

	private void tell(TopologyListener listener, Topology after, List<ClusterEvent> events) {
		try {
			listener.topologyChanged(after, events);
		}
		catch (RuntimeException | Error ex) {
			complain("The topology listener " + listener.getClass().getName() + " failed", ex);
		}
	}

	private long beatNanos() {
		return this.settings.timeout().toNanos() / BEATS;
	}

	/**
	 * Looks at every node. When this process stood still, what it knows is as old as
	 * that: all are asked anew.
	 */
	private void beat(long now) {
		if (this.stalls.totalNanos(now) - this.stalledBefore > this.settings.lateAfter().toNanos()) {
			probeNow();
		}
		long run = this.stalls.beat(now);
		this.stalledBefore = this.stalls.totalNanos(now);
		for (int i = 0; i < this.watches.size(); i++) {
			Observation observation = this.watches.get(i).look(this.topology.nodes().get(i).status(), now, run);
			if (observation != null) {
				apply(observation);
			}
		}
	}

	private boolean await(Duration timeout, BooleanSupplier condition) throws InterruptedException {
		if (condition.getAsBoolean()) {
			return true;
		}
		long rest = timeout.toNanos();
		this.lock.lockInterruptibly();
		try {
			while (!condition.getAsBoolean()) {
				if (rest <= 0 || this.closed) {
					return false;
				}
				rest = this.published.awaitNanos(rest);
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void wakeWaiters() {
		this.lock.lock();
		try {
			this.published.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private static void requireDistinct(List<Node> nodes) {
		if (nodes.isEmpty()) {
			throw new IllegalArgumentException("A cluster needs at least one node");
		}
		Set<String> ids = new HashSet<>();
		for (Node node : nodes) {
			if (!ids.add(node.id())) {
				throw new IllegalArgumentException("Two nodes have the id '" + node.id() + "'");
			}
		}
	}

}
