package io.nexs.postgres.hook;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * All hooks of a data source. Hooks may be added, switched off and on, and removed while
 * operations run, also by a hook. Thread-safe; closing it ends the threads of
 * asynchronous hooks.
 */
public final class HookRegistry implements AutoCloseable {

	private final HookSettings settings;

	private final HookDispatcher dispatcher;

	private final List<Consumer<HookRegistration>> listeners = new CopyOnWriteArrayList<>();

	/** In the order of the calls; replaced as a whole. */
	private volatile List<HookEntry> entries = List.of();

	/**
	 * Creates a registry without hooks.
	 * @param settings settings of the hooks
	 * @param callers tells on whose behalf a thread works
	 */
	public HookRegistry(HookSettings settings, HookCallerSource callers) {
		this.settings = settings;
		this.dispatcher = new HookDispatcher(callers);
	}

	/**
	 * What the engine calls the hooks by.
	 * @return always the same
	 */
	public HookDispatcher dispatcher() {
		return this.dispatcher;
	}

	/**
	 * Adds a hook.
	 * @param name its name, unless it has one itself
	 * @param hook the hook
	 * @param order its order, as in {@code @Order}
	 * @return the hook as it was added
	 * @throws IllegalArgumentException if there is another one of that name, or too many
	 * at one point
	 */
	public HookRegistration add(String name, DatabaseHook hook, int order) {
		String own = hook.name();
		String known = (own != null) ? own : name;
		boolean async = hook.isAsync() || this.settings.async().contains(known);
		HookEntry added = new HookEntry(known, hook, order, async, !this.settings.disabled().contains(known),
				this.settings);
		synchronized (this) {
			checkRoom(added);
			List<HookEntry> grown = new ArrayList<>(this.entries);
			grown.add(added);
			grown.sort(Comparator.comparingInt(HookEntry::order));
			use(grown);
		}
		Registration registration = new Registration(added);
		this.listeners.forEach((listener) -> listener.accept(registration));
		return registration;
	}

	private void checkRoom(HookEntry added) {
		for (HookEntry entry : this.entries) {
			if (entry.name().equals(added.name())) {
				throw new IllegalArgumentException("There are two hooks named '" + added.name() + "': "
						+ entry.hook().getClass().getName() + " and " + added.hook().getClass().getName());
			}
		}
		for (HookPoint point : added.points()) {
			if (this.entries.stream().filter((entry) -> entry.points().contains(point)).count() >= HookChain.LONGEST) {
				throw new IllegalArgumentException("Hook '" + added.name() + "' is one too many at " + point.tag()
						+ ", where there may be " + HookChain.LONGEST);
			}
		}
	}

	private synchronized void use(List<HookEntry> present) {
		this.entries = List.copyOf(present);
		this.dispatcher.use(this.entries.stream().filter(HookEntry::isEnabled).toList());
	}

	/**
	 * The hooks.
	 * @return all of them, in their order, also those that are switched off
	 */
	public List<HookRegistration> hooks() {
		return this.entries.stream().<HookRegistration>map(Registration::new).toList();
	}

	/**
	 * A hook.
	 * @param name its name
	 * @return the hook
	 * @throws IllegalArgumentException if there is none
	 */
	public HookRegistration hook(String name) {
		return hooks().stream()
			.filter((hook) -> hook.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("There is no hook '" + name + "'; there are "
					+ this.entries.stream().map(HookEntry::name).toList()));
	}

	/**
	 * Tells a listener of each hook there is and that will be added.
	 * @param listener the listener, called on the thread that adds
	 */
	public void onAdded(Consumer<HookRegistration> listener) {
		this.listeners.add(listener);
		hooks().forEach(listener);
	}

	/**
	 * Does something of the application with its hooks called around it, at
	 * {@link HookPoint#CUSTOM}.
	 * @param <R> what comes back
	 * @param name the name of the operation, which hooks see as
	 * {@link HookContext#name()}
	 * @param attributes what hooks can {@link HookContext#get}
	 * @param work what is to be done
	 * @return what the work returned
	 * @throws Exception what the work threw
	 * @throws HookVetoException if a hook refuses it
	 */
	public <R extends @Nullable Object> R call(String name, Map<String, ?> attributes, Callable<R> work)
			throws Exception {
		HookContext context = this.dispatcher.before(HookPoint.CUSTOM, name, HookSubject.NONE, HookTarget.UNKNOWN,
				attributes);
		long start = System.nanoTime();
		R result;
		try {
			result = work.call();
		}
		catch (Exception | Error ex) {
			HookDispatcher.took(context, System.nanoTime() - start);
			this.dispatcher.after(context, HookTarget.UNKNOWN, -1, ex);
			throw ex;
		}
		HookDispatcher.took(context, System.nanoTime() - start);
		this.dispatcher.after(context, HookTarget.UNKNOWN, -1, null);
		return result;
	}

	/**
	 * Tells hooks that something has happened in the application, at
	 * {@link HookPoint#CUSTOM}.
	 * @param name its name, which hooks see as {@link HookContext#name()}
	 * @param attributes what hooks can {@link HookContext#get}
	 * @throws HookVetoException if a hook refuses it
	 */
	public void fire(String name, Map<String, ?> attributes) {
		HookContext context = this.dispatcher.before(HookPoint.CUSTOM, name, HookSubject.NONE, HookTarget.UNKNOWN,
				attributes);
		this.dispatcher.after(context, HookTarget.UNKNOWN, -1, null);
	}

	@Override
	public void close() {
		this.entries.forEach(HookEntry::close);
	}

	/**
	 * A hook with the registry it belongs to.
	 */
	private final class Registration implements HookRegistration {

		private final HookEntry entry;

		Registration(HookEntry entry) {
			this.entry = entry;
		}

		@Override
		public String name() {
			return this.entry.name();
		}

		@Override
		public DatabaseHook hook() {
			return this.entry.hook();
		}

		@Override
		public int order() {
			return this.entry.order();
		}

		@Override
		public Set<HookPoint> points() {
			return Set.copyOf(this.entry.points());
		}

		@Override
		public boolean isAsync() {
			return this.entry.queue() != null;
		}

		@Override
		public boolean isEnabled() {
			return this.entry.isEnabled();
		}

		@Override
		public void setEnabled(boolean enabled) {
			synchronized (HookRegistry.this) {
				this.entry.setEnabled(enabled);
				use(HookRegistry.this.entries);
			}
		}

		@Override
		public HookStatistics statistics(HookPoint point) {
			return this.entry.statistics(point);
		}

		@Override
		public int queued() {
			HookQueue queue = this.entry.queue();
			return (queue != null) ? queue.size() : 0;
		}

		@Override
		public long dropped() {
			HookQueue queue = this.entry.queue();
			return (queue != null) ? queue.dropped() : 0;
		}

		@Override
		public void remove() {
			synchronized (HookRegistry.this) {
				use(HookRegistry.this.entries.stream().filter((other) -> other != this.entry).toList());
			}
			this.entry.close();
		}

		@Override
		public String toString() {
			return "HookRegistration[" + name() + "]";
		}

	}

}
