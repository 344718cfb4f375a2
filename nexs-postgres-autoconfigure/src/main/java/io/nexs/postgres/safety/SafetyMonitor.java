package io.nexs.postgres.safety;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.routing.Route;
import io.nexs.postgres.routing.RoutingListener;
import io.nexs.postgres.routing.StatementKind;
import io.nexs.postgres.server.ServerFigures;
import io.nexs.postgres.server.ServerListener;
import io.nexs.postgres.sqlstate.SqlStates;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what endangers the application, tells it once, and says whether anything is wrong
 * now. It sees what can be observed: failures of statements and COMMITs, the figures of
 * the servers, the connections that are lent, the threads of this process. It changes
 * nothing and refuses nothing.
 * <p>
 * Thread-safe. The thread {@code nexs-db-safety} owns the findings; it is a daemon and
 * ends with {@link #stop()}. Whoever sees something hands it over and goes on; while
 * {@value #CAPACITY} wait, what comes is lost.
 */
public final class SafetyMonitor implements RoutingListener, ServerListener, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SafetyMonitor.class);

	private static final int CAPACITY = 1024;

	private static final long JOIN_MILLIS = 1000;

	private final NodePools pools;

	private final SafetySettings settings;

	private final Findings findings = new Findings();

	private final HeldConnections held;

	private final JvmDeadlocks deadlocks = new JvmDeadlocks();

	private final BlockingQueue<Runnable> work = new ArrayBlockingQueue<>(CAPACITY);

	private final List<Consumer<SafetyEvent>> listeners = new CopyOnWriteArrayList<>();

	private volatile @Nullable Thread thread;

	/**
	 * A monitor that is not started.
	 * @param pools whose connections are watched
	 * @param settings limits
	 */
	public SafetyMonitor(NodePools pools, SafetySettings settings) {
		this.pools = pools;
		this.settings = settings;
		this.held = new HeldConnections(pools, settings);
	}

	/**
	 * Tells a listener of each finding from now on.
	 * @param listener the listener, called on the thread of the monitor; must not block
	 */
	public void addListener(Consumer<SafetyEvent> listener) {
		this.listeners.add(listener);
	}

	/**
	 * Begins to look. Does nothing if it has begun.
	 */
	public synchronized void start() {
		if (this.thread != null) {
			return;
		}
		trace(this.settings.stacks() == StackPolicy.ALWAYS);
		Thread started = new Thread(this::run, "nexs-db-safety");
		started.setDaemon(true);
		this.thread = started;
		started.start();
	}

	/**
	 * Looks no more. What has been found stays in the report, but nothing of it lasts. It
	 * can be started again.
	 */
	public synchronized void stop() {
		Thread stopped = this.thread;
		this.thread = null;
		if (stopped == null) {
			return;
		}
		stopped.interrupt();
		try {
			stopped.join(JOIN_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		trace(false);
		this.work.clear();
		this.findings.forgetLasting();
	}

	private void trace(boolean on) {
		this.pools.all().forEach((pool) -> pool.traceLoans(on));
	}

	/**
	 * What has been found.
	 * @return the findings of this moment
	 */
	public SafetyReport report() {
		Map<SafetyKind, Long> counts = Arrays.stream(SafetyKind.values())
			.collect(Collectors.toMap((kind) -> kind, this.findings::count));
		return new SafetyReport(this.findings.lasting(), this.findings.momentary(this.settings.degradedFor()),
				this.findings.recent(), counts);
	}

	/**
	 * How many findings of a kind there were since the start.
	 * @param kind the kind
	 * @return the number; never falls
	 */
	public long count(SafetyKind kind) {
		return this.findings.count(kind);
	}

	/**
	 * Whether nothing is wrong now.
	 * @return whether the report is not degraded
	 */
	public boolean isHealthy() {
		return this.findings.lasting().isEmpty() && this.findings.momentary(this.settings.degradedFor()).isEmpty();
	}

	@Override
	public void executed(Route route, StatementKind kind, long nanos, @Nullable SQLException failure) {
		if (failure != null) {
			failed(route.node(), failure);
		}
	}

	@Override
	public void failed(@Nullable Node node, SQLException failure) {
		if (node != null && SqlStates.DEADLOCK_DETECTED.equals(failure.getSQLState())) {
			SafetyEvent event = new SafetyEvent.ServerDeadlock(Instant.now(), node.id(), DeadlockDetail.of(failure));
			this.work.offer(() -> happened(event, event));
		}
	}

	@Override
	public void usedConcurrently(@Nullable Route route, Thread other) {
		Thread present = Thread.currentThread();
		List<StackTraceElement> stack = Stacks.trimmed(new Throwable().getStackTrace());
		SafetyEvent event = new SafetyEvent.ConcurrentUse(Instant.now(), (route != null) ? route.node().id() : null,
				other.getName(), present.getName(), stack);
		this.work.offer(() -> happened(event, stack.isEmpty() ? "" : stack.get(0)));
	}

	@Override
	public void read(ServerFigures figures) {
		this.work.offer(() -> present("server " + figures.node(), ServerFindings.of(figures, this.settings)));
	}

	@Override
	public void lost(String node) {
		this.work.offer(() -> present("server " + node, Map.of()));
	}

	private void run() {
		long interval = this.settings.interval().toNanos();
		long due = System.nanoTime();
		while (this.thread == Thread.currentThread()) {
			try {
				long now = System.nanoTime();
				if (due - now <= 0) {
					due = now + interval;
					look(now);
				}
				Runnable next = this.work.poll(Math.max(1, due - System.nanoTime()), TimeUnit.NANOSECONDS);
				if (next != null) {
					next.run();
				}
			}
			catch (InterruptedException ex) {
				return;
			}
			catch (RuntimeException | Error ex) {
				complain(ex);
			}
		}
	}

	private void look(long now) {
		present("held", this.held.look(now));
		present("threads", this.deadlocks.look(this.held.holders()));
	}

	private void present(Object source, Map<?, ? extends SafetyEvent> now) {
		this.findings.present(source, now).forEach(this::tell);
	}

	private void happened(SafetyEvent event, Object place) {
		if (this.findings.happened(event, place)) {
			tell(event);
		}
	}

	private void tell(SafetyEvent event) {
		logger.warn("{}", event.describe());
		if (event.kind() == SafetyKind.HELD_TOO_LONG && this.settings.stacks() == StackPolicy.AFTER_FIRST) {
			trace(true);
		}
		this.listeners.forEach((listener) -> listener.accept(event));
	}

	/**
	 * The thread outlives a moment without memory, too short even for a line in the log.
	 */
	private static void complain(Throwable failure) {
		try {
			logger.warn("Looking for what endangers the application failed", failure);
		}
		catch (Error ex) {
			// What could not be said is not worth the thread
		}
	}

	@Override
	public void close() {
		stop();
	}

}
