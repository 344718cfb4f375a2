package io.nexs.postgres.hook;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the hooks around the operations of the engine, which asks it at every point.
 * Without hooks that is one volatile read. What a hook does on its own thread while it is
 * called is not hooked. Thread-safe.
 */
public final class HookDispatcher {

	/**
	 * Never calls a hook.
	 */
	public static final HookDispatcher NONE = new HookDispatcher(HookCallerSource.NONE);

	private static final Logger logger = LoggerFactory.getLogger(DatabaseHook.class);

	private static final ThreadLocal<Guard> guards = ThreadLocal.withInitial(Guard::new);

	private final HookCallerSource callers;

	private volatile Chains chains = Chains.of(List.of());

	HookDispatcher(HookCallerSource callers) {
		this.callers = callers;
	}

	/**
	 * The present thread is that of a hook: what it does is not hooked.
	 */
	static void belongsToHook() {
		guards.get().inside = true;
	}

	/**
	 * Replaces the hooks; operations under way end with those they began with.
	 */
	void use(List<HookEntry> entries) {
		this.chains = Chains.of(entries);
	}

	/**
	 * Whether there is any hook that is switched on and called anywhere.
	 * @return {@code false} if nothing has to be told
	 */
	public boolean isActive() {
		return this.chains.any;
	}

	/**
	 * An operation is about to begin.
	 * @param point which kind
	 * @param text its SQL or name
	 * @param subject has its parameters
	 * @param target where it will happen, as far as that is known
	 * @return what {@link #after} is to be called with, or {@code null} if no hook is
	 * called for it
	 * @throws HookVetoException if a hook refuses it, of which all hooks are told already
	 */
	public @Nullable HookContext before(HookPoint point, @Nullable String text, HookSubject subject,
			HookTarget target) {
		return before(point, text, subject, target, null);
	}

	/**
	 * The same with something to remember.
	 */
	@Nullable HookContext before(HookPoint point, @Nullable String text, HookSubject subject, HookTarget target,
			@Nullable Map<String, ?> attributes) {
		Chains present = this.chains;
		HookChain chain = present.byPoint[point.ordinal()];
		if (chain.isEmpty() && present.errors().isEmpty()) {
			return null;
		}
		Guard guard = guards.get();
		if (guard.inside) {
			return null;
		}
		HookContext context = new HookContext(chain, text, subject, target, caller());
		if (attributes != null) {
			attributes.forEach(context::put);
		}
		if (guard.isTimed()) {
			context.markTimed();
		}
		guard.inside = true;
		try {
			chain.before(context);
			return context;
		}
		catch (HookVetoException | VirtualMachineError ex) {
			present.errors().failed(context);
			throw ex;
		}
		finally {
			guard.inside = false;
		}
	}

	/**
	 * Takes note of the time an operation took.
	 * @param context what {@link #before} returned for it
	 * @param nanos the time in nanoseconds
	 */
	public static void took(@Nullable HookContext context, long nanos) {
		if (context != null) {
			context.took(nanos);
		}
	}

	/**
	 * An operation has ended.
	 * @param context what {@link #before} returned for it
	 * @param target where it happened
	 * @param rows rows changed or fetched, -1 if not known
	 * @param failure what the caller gets instead of a result, or {@code null}
	 */
	public void after(@Nullable HookContext context, HookTarget target, long rows, @Nullable Throwable failure) {
		if (context == null) {
			return;
		}
		context.end(target, rows, failure);
		Guard guard = guards.get();
		guard.inside = true;
		try {
			context.chain().after(context);
			if (failure != null) {
				this.chains.errors().failed(context);
			}
		}
		finally {
			guard.inside = false;
		}
	}

	/**
	 * An operation that cannot fail and takes no time has happened.
	 * @param point which kind
	 * @param target where
	 * @throws HookVetoException if a hook refuses it
	 */
	public void happened(HookPoint point, HookTarget target) {
		HookContext context = before(point, null, HookSubject.NONE, target);
		after(context, target, -1, null);
	}

	private HookCaller caller() {
		if (this.callers == HookCallerSource.NONE) {
			return HookCaller.NONE;
		}
		try {
			return this.callers.current();
		}
		catch (RuntimeException ex) {
			logger.debug("Who is calling is not known", ex);
			return HookCaller.NONE;
		}
	}

	/**
	 * What the dispatcher keeps for a thread: whether it is in a hook, and how many
	 * operations there were.
	 */
	private static final class Guard {

		private boolean inside;

		private int operations;

		/**
		 * The points of a statement come in turn, so one operation in a prime number is
		 * timed: each point gets its share.
		 */
		boolean isTimed() {
			this.operations++;
			return this.operations % HookStatistics.TIMED_ONE_IN == 0;
		}

	}

	/**
	 * The chains of all points.
	 *
	 * @param byPoint a chain for each point
	 * @param any whether one of them has a hook
	 */
	private record Chains(HookChain[] byPoint, boolean any) {

		static Chains of(List<HookEntry> entries) {
			HookPoint[] points = HookPoint.values();
			HookChain[] chains = new HookChain[points.length];
			for (HookPoint point : points) {
				chains[point.ordinal()] = new HookChain(point,
						entries.stream().filter((entry) -> entry.points().contains(point)).toList());
			}
			return new Chains(chains, entries.stream().anyMatch((entry) -> !entry.points().isEmpty()));
		}

		HookChain errors() {
			return this.byPoint[HookPoint.ERROR.ordinal()];
		}

	}

}
