package io.nexs.postgres.pool;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the maximum of each pool between two bounds: up as soon as borrowers wait while
 * all connections are lent, down slowly while many of them are not used. It never goes
 * past what the server has room for, as {@link ConnectionBudget} counts it. Each change
 * is one of {@link NodePools#resize}: logged, counted and told to its listeners. One
 * thread, {@code nexs-db-pool-sizer}, while it is started. Thread-safe.
 */
public final class AdaptivePoolSizer {

	private static final Logger logger = LoggerFactory.getLogger(AdaptivePoolSizer.class);

	private final NodePools pools;

	private final ToIntFunction<String> affordable;

	private final AdaptiveSettings settings;

	/** What was seen so far; belongs to the thread. */
	private final Map<String, PoolSizing.State> states = new HashMap<>();

	private final ReentrantLock lock = new ReentrantLock();

	private @Nullable ScheduledExecutorService thread;

	/**
	 * Creates the sizer; it does nothing until it is started.
	 * @param pools the pools
	 * @param affordable gives the most the server of a node has room for
	 * @param settings settings
	 */
	public AdaptivePoolSizer(NodePools pools, ToIntFunction<String> affordable, AdaptiveSettings settings) {
		this.pools = pools;
		this.affordable = affordable;
		this.settings = settings;
	}

	/**
	 * Begins to look at the pools.
	 */
	public void start() {
		this.lock.lock();
		try {
			if (this.thread == null) {
				ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor((task) -> {
					Thread thread = new Thread(task, "nexs-db-pool-sizer");
					thread.setDaemon(true);
					return thread;
				});
				long nanos = this.settings.interval().toNanos();
				started.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
				this.thread = started;
				this.pools.adaptive(true);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Leaves the pools as they are from now on.
	 */
	public void stop() {
		this.lock.lock();
		try {
			if (this.thread != null) {
				this.thread.shutdownNow();
				this.thread = null;
				this.pools.adaptive(false);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Looks at each pool once. An exception would end the looks for good.
	 */
	void look() {
		for (NodePool pool : this.pools.all()) {
			try {
				look(pool);
			}
			catch (RuntimeException ex) {
				logger.warn("The size of the pool of {} stays as it is", pool.node().id(), ex);
			}
		}
	}

	private void look(NodePool pool) {
		String id = pool.node().id();
		PoolBounds bounds = pool.bounds();
		PoolSnapshot seen = pool.snapshot();
		PoolSizing.State before = this.states.get(id);
		if (before == null || before.size() != seen.max()) {
			before = PoolSizing.State.of(seen.max());
		}
		int room = this.affordable.applyAsInt(id);
		PoolSizing.State after = this.settings.sizing(room, bounds.min()).look(before, seen.active(), seen.waiting());
		this.states.put(id, after);
		if (after.size() != seen.max() && pool.bounds().equals(bounds)) {
			this.pools.resize(id, bounds.withMax(after.size()), reason(seen, before, after, room));
		}
	}

	private String reason(PoolSnapshot seen, PoolSizing.State before, PoolSizing.State after, int room) {
		if (after.size() > seen.max()) {
			return seen.waiting() + " waited for one";
		}
		if (seen.max() > room) {
			return "the server has room for " + room + " of each instance";
		}
		return "at most " + Math.max(before.peak(), seen.active()) + " were lent for "
				+ this.settings.shrinkAfter().toMillis() + " ms";
	}

}
