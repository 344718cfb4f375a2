package io.nexs.postgres.hook;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hook that was added. Keeps what it throws away from others, times and counts it.
 * Thread-safe.
 */
final class HookEntry {

	private static final Logger logger = LoggerFactory.getLogger(DatabaseHook.class);

	/** A hook that takes longer is timed at each call for a while. */
	private static final long HEAVY_NANOS = 1000;

	private static final int HEAVY_TIMINGS = 64;

	private static final long WARN_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

	private final String name;

	private final DatabaseHook hook;

	private final int order;

	private final Set<HookPoint> points;

	private final long slowNanos;

	private final @Nullable HookQueue queue;

	private final Map<HookPoint, HookStatistics> statistics = new EnumMap<>(HookPoint.class);

	private final boolean before;

	private final boolean after;

	private final boolean asked;

	private final AtomicLong warnedAt = new AtomicLong(System.nanoTime() - WARN_INTERVAL_NANOS);

	/** For how many more timings the hook is timed at each call. */
	private int heavy;

	private volatile boolean enabled;

	HookEntry(String name, DatabaseHook hook, int order, boolean async, boolean enabled, HookSettings settings) {
		this.name = name;
		this.hook = hook;
		this.order = order;
		this.points = pointsOf(hook);
		this.slowNanos = settings.slow().toNanos();
		this.queue = async ? new HookQueue(name, settings) : null;
		this.before = !async && isOverridden("before");
		this.after = isOverridden("after");
		this.asked = isOverridden("supports");
		this.enabled = enabled;
		this.points.forEach((point) -> this.statistics.put(point, new HookStatistics()));
	}

	private static Set<HookPoint> pointsOf(DatabaseHook hook) {
		Set<HookPoint> points = EnumSet.noneOf(HookPoint.class);
		points.addAll(hook.points());
		return points;
	}

	/**
	 * A method of the interface that was left as it is has nothing to do.
	 */
	private boolean isOverridden(String method) {
		try {
			return this.hook.getClass().getMethod(method, HookContext.class).getDeclaringClass() != DatabaseHook.class;
		}
		catch (NoSuchMethodException ex) {
			return true;
		}
	}

	String name() {
		return this.name;
	}

	DatabaseHook hook() {
		return this.hook;
	}

	int order() {
		return this.order;
	}

	Set<HookPoint> points() {
		return this.points;
	}

	@Nullable HookQueue queue() {
		return this.queue;
	}

	boolean isEnabled() {
		return this.enabled;
	}

	void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	HookStatistics statistics(HookPoint point) {
		return Objects.requireNonNull(this.statistics.get(point));
	}

	/**
	 * Called before an operation.
	 * @return whether the hook is to be called after it
	 * @throws HookVetoException if it refuses the operation
	 */
	boolean before(HookContext context, HookStatistics statistics) {
		boolean each = this.heavy > 0;
		boolean timed = each || context.isTimed();
		long start = timed ? System.nanoTime() : 0;
		try {
			if (this.asked && !this.hook.supports(context)) {
				return false;
			}
			if (this.before) {
				this.hook.before(context);
			}
		}
		catch (Throwable ex) {
			boolean veto = ex instanceof HookVetoException;
			if (timed) {
				ended(statistics, veto ? HookOutcome.VETO : HookOutcome.ERROR, start, each);
			}
			statistics.count(veto ? HookOutcome.VETO : HookOutcome.ERROR);
			thrownBefore(context, ex);
			return false;
		}
		if (timed) {
			ended(statistics, HookOutcome.SUCCESS, start, each);
		}
		return true;
	}

	private void thrownBefore(HookContext context, Throwable thrown) {
		boolean refuses = context.point().isRefusable() && (this.before || thrown instanceof HookVetoException);
		if (!(thrown instanceof HookVetoException) || !refuses) {
			warn(refuses ? "failed and thereby refused " + context.point().tag()
					: "failed before " + context.point().tag() + " and is ignored", thrown);
		}
		if (refuses && thrown instanceof VirtualMachineError error) {
			throw error;
		}
		if (refuses) {
			throw HookVetoException.by(this.name, context, thrown);
		}
	}

	/**
	 * Whether the hook wants to be called for an operation that failed.
	 */
	boolean supports(HookContext context, HookStatistics statistics) {
		try {
			return !this.asked || this.hook.supports(context);
		}
		catch (Throwable ex) {
			statistics.count(HookOutcome.ERROR);
			warn("failed after " + context.point().tag() + " and is ignored", ex);
			return false;
		}
	}

	/**
	 * Called after an operation.
	 */
	void after(HookContext context, HookStatistics statistics) {
		if (this.queue != null) {
			if (this.after) {
				this.queue.offer(context.detached(this.hook.needsParameters()),
						(copy) -> run(this.hook::after, copy, statistics, false));
			}
		}
		else if (this.after) {
			run(this.hook::after, context, statistics, context.isTimed());
		}
		else {
			statistics.count(HookOutcome.SUCCESS);
		}
	}

	/**
	 * Called when an operation failed.
	 */
	void failed(HookContext context, HookStatistics statistics) {
		if (this.queue != null) {
			this.queue.offer(context.detached(this.hook.needsParameters()),
					(copy) -> run(this.hook::failed, copy, statistics, false));
		}
		else {
			run(this.hook::failed, context, statistics, context.isTimed());
		}
	}

	private void run(HookCall call, HookContext context, HookStatistics statistics, boolean sampled) {
		boolean each = this.queue != null || this.heavy > 0;
		boolean timed = each || sampled;
		long start = timed ? System.nanoTime() : 0;
		HookOutcome outcome = HookOutcome.ERROR;
		try {
			call.call(context);
			outcome = HookOutcome.SUCCESS;
		}
		catch (Throwable ex) {
			warn("failed after " + context.point().tag() + " and is ignored", ex);
		}
		finally {
			statistics.count(outcome);
			if (timed) {
				ended(statistics, outcome, start, each);
			}
		}
	}

	/**
	 * Whether a hook is timed each time is decided by its last timings; it is a plain
	 * field, since a call too many or too few does not matter.
	 * @param each whether every call is timed, and not one in some
	 */
	private void ended(HookStatistics statistics, HookOutcome outcome, long start, boolean each) {
		long nanos = System.nanoTime() - start;
		statistics.time(outcome, each ? nanos : nanos * HookStatistics.TIMED_ONE_IN);
		if (nanos > HEAVY_NANOS) {
			this.heavy = HEAVY_TIMINGS;
		}
		else if (this.heavy > 0) {
			this.heavy--;
		}
		if (nanos > this.slowNanos && this.queue == null && mayWarn()) {
			logger.warn("Hook '{}' took {} ms on the thread of the operation", this.name,
					Duration.ofNanos(nanos).toMillis());
		}
	}

	private void warn(String what, Throwable thrown) {
		if (mayWarn()) {
			logger.warn("Hook '{}' {}", this.name, what, thrown);
		}
		else {
			logger.debug("Hook '{}' {}", this.name, what, thrown);
		}
	}

	private boolean mayWarn() {
		long before = this.warnedAt.get();
		long now = System.nanoTime();
		return now - before >= WARN_INTERVAL_NANOS && this.warnedAt.compareAndSet(before, now);
	}

	void close() {
		if (this.queue != null) {
			this.queue.close();
		}
	}

	/**
	 * One of the methods of a hook.
	 */
	@FunctionalInterface
	private interface HookCall {

		void call(HookContext context);

	}

}
