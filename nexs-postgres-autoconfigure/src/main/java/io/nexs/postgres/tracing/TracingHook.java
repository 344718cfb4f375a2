package io.nexs.postgres.tracing;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.masking.SqlTexts;
import io.nexs.postgres.routing.WorkTrace;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.Ordered;

/**
 * Makes an observation of every operation. It is the outermost hook, so that what other
 * hooks do belongs to the span. COPY may be written in pieces, between which the thread
 * does something else: its observation is never the current one. Thread-safe.
 */
public final class TracingHook implements DatabaseHook, Ordered {

	/**
	 * Name of the hook.
	 */
	public static final String NAME = "tracing";

	private static final Logger logger = LoggerFactory.getLogger(TracingHook.class);

	private static final DatabaseObservationConvention DEFAULT_CONVENTION = new DefaultDatabaseObservationConvention();

	private static final Observation.Event SLOW_ACQUIRE = Observation.Event.of("nexs.db.acquire.slow");

	private final ObservationRegistry registry;

	private final @Nullable DatabaseObservationConvention convention;

	private final DatabaseNodes nodes;

	private final TracingSettings settings;

	private final Summaries summaries = new Summaries();

	/**
	 * Creates the hook.
	 * @param registry observations are made for its handlers; without any the hook is
	 * called nowhere
	 * @param convention name and key values, or {@code null} for the usual ones
	 * @param nodes the configured nodes
	 * @param settings what is observed
	 */
	public TracingHook(ObservationRegistry registry, @Nullable DatabaseObservationConvention convention,
			List<Node> nodes, TracingSettings settings) {
		this.registry = registry;
		this.convention = convention;
		this.nodes = DatabaseNodes.of(nodes);
		this.settings = settings;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE + 100;
	}

	@Override
	public Set<HookPoint> points() {
		if (this.registry.isNoop()) {
			return Set.of();
		}
		Set<HookPoint> points = EnumSet.noneOf(HookPoint.class);
		points.addAll(this.settings.points());
		if (!this.settings.slowAcquire().isZero()) {
			points.add(HookPoint.ACQUIRE);
		}
		return points;
	}

	/**
	 * What fails here must not refuse the operation.
	 */
	@Override
	public void before(HookContext context) {
		if (!this.settings.points().contains(context.point())) {
			return;
		}
		try {
			begin(context);
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("{} is not observed", context.point().tag(), ex);
		}
	}

	private void begin(HookContext context) {
		Observation observation = Observation.createNotStarted(this.convention, DEFAULT_CONVENTION,
				() -> describe(context), this.registry);
		if (observation.isNoop()) {
			return;
		}
		observation.start();
		context.put(NAME, new Running(observation, scope(context, observation)));
	}

	private DatabaseObservationContext describe(HookContext context) {
		String sql = context.sql();
		String summary = (sql != null) ? this.summaries.of(sql) : null;
		return new DatabaseObservationContext(context, this.nodes, summary, queryText(sql), WorkTrace.attempt());
	}

	private @Nullable String queryText(@Nullable String sql) {
		SqlTexts withoutValues = this.settings.queryText();
		return (sql != null && withoutValues != null) ? withoutValues.of(sql).text() : null;
	}

	private static Observation.@Nullable Scope scope(HookContext context, Observation observation) {
		if (context.point() == HookPoint.COPY) {
			return null;
		}
		try {
			return observation.openScope();
		}
		catch (RuntimeException | Error ex) {
			observation.stop();
			throw ex;
		}
	}

	@Override
	public void after(HookContext context) {
		Running running = (Running) context.get(NAME);
		if (running != null) {
			running.end(context.failure());
		}
		else if (context.point() == HookPoint.ACQUIRE) {
			tellOfSlow(context);
		}
	}

	private void tellOfSlow(HookContext context) {
		Observation current = this.registry.getCurrentObservation();
		long slow = this.settings.slowAcquire().toNanos();
		if (current != null && slow > 0 && context.durationNanos() >= slow) {
			current.event(SLOW_ACQUIRE);
		}
	}

	/**
	 * An observation that was begun.
	 *
	 * @param observation the observation
	 * @param scope in which it is the current one of the thread, or {@code null}
	 */
	private record Running(Observation observation, Observation.@Nullable Scope scope) {

		void end(@Nullable Throwable failure) {
			try {
				((DatabaseObservationContext) this.observation.getContext()).ended();
				if (failure != null) {
					this.observation.error(OperationFailure.of(failure));
				}
			}
			finally {
				close();
			}
		}

		private void close() {
			try {
				if (this.scope != null) {
					this.scope.close();
				}
			}
			finally {
				this.observation.stop();
			}
		}

	}

}
