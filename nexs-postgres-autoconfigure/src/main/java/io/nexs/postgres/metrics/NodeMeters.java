package io.nexs.postgres.metrics;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.limits.LimitKind;
import io.nexs.postgres.routing.RouteReason;
import io.nexs.postgres.routing.StatementKind;
import io.nexs.postgres.routing.TransactionOutcome;
import io.nexs.postgres.sqlstate.FailureKind;
import io.nexs.postgres.sqlstate.SqlStateClassifier;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one node that its traffic feeds, each in a slot of an array.
 */
final class NodeMeters {

	private static final String NO_NODE = "none";

	private static final int KINDS = StatementKind.values().length;

	private final @Nullable Node node;

	private final String id;

	private final MeterRegistry registry;

	private final MeterSettings settings;

	private final AtomicReferenceArray<Timer> statements = new AtomicReferenceArray<>(
			NodeRole.values().length * KINDS * 2);

	private final AtomicReferenceArray<Timer> acquires = new AtomicReferenceArray<>(2);

	private final AtomicReferenceArray<Timer> transactions = new AtomicReferenceArray<>(
			TransactionOutcome.values().length);

	private final AtomicReferenceArray<Counter> routes = new AtomicReferenceArray<>(RouteReason.values().length);

	private final AtomicReferenceArray<Counter> fallbacks = new AtomicReferenceArray<>(RouteReason.values().length);

	private final AtomicReferenceArray<Counter> repeats = new AtomicReferenceArray<>(FailureKind.values().length);

	private final AtomicReferenceArray<Counter> limits = new AtomicReferenceArray<>(LimitKind.values().length);

	private final Map<String, Counter> errors = new ConcurrentHashMap<>();

	/**
	 * Meters that are registered when they are fed.
	 * @param node the node, {@code null} for what happens on none
	 */
	NodeMeters(@Nullable Node node, MeterRegistry registry, MeterSettings settings) {
		this.node = node;
		this.id = (node != null) ? node.id() : NO_NODE;
		this.registry = registry;
		this.settings = settings;
	}

	@Nullable Node node() {
		return this.node;
	}

	Timer executed(NodeRole role, StatementKind kind, boolean success) {
		int slot = (role.ordinal() * KINDS + kind.ordinal()) * 2 + (success ? 1 : 0);
		Timer timer = this.statements.get(slot);
		return (timer != null) ? timer : put(this.statements, slot, () -> statementTimer(role, kind, success));
	}

	private Timer statementTimer(NodeRole role, StatementKind kind, boolean success) {
		return timer(NexsDbMeter.QUERY_DURATION,
				tags().and("role", tag(role), "operation", kind.tag(), "outcome", outcome(success)))
			.serviceLevelObjectives(this.settings.buckets())
			.register(this.registry);
	}

	Timer acquired(boolean success) {
		int slot = success ? 1 : 0;
		Timer timer = this.acquires.get(slot);
		return (timer != null) ? timer : put(this.acquires, slot,
				() -> timer(NexsDbMeter.ACQUIRES, tags().and("outcome", outcome(success))).register(this.registry));
	}

	Timer ended(TransactionOutcome outcome) {
		Timer timer = this.transactions.get(outcome.ordinal());
		return (timer != null) ? timer : put(this.transactions, outcome.ordinal(),
				() -> timer(NexsDbMeter.TRANSACTIONS, tags().and("outcome", outcome.tag())).register(this.registry));
	}

	void routed(RouteReason reason) {
		Counter counter = this.routes.get(reason.ordinal());
		((counter != null) ? counter : put(this.routes, reason.ordinal(),
				() -> counter(NexsDbMeter.ROUTES, tags().and("reason", reason.tag()))))
			.increment();
		if (reason.isFallback()) {
			Counter fallback = this.fallbacks.get(reason.ordinal());
			((fallback != null) ? fallback : put(this.fallbacks, reason.ordinal(),
					() -> counter(NexsDbMeter.FALLBACKS, tags().and("reason", reason.tag()))))
				.increment();
		}
	}

	void repeated(SQLException failure) {
		FailureKind kind = SqlStateClassifier.classify(failure);
		Counter counter = this.repeats.get(kind.ordinal());
		((counter != null) ? counter : put(this.repeats, kind.ordinal(),
				() -> counter(NexsDbMeter.REPEATS, tags().and("category", tag(kind)))))
			.increment();
	}

	Counter limited(LimitKind kind) {
		Counter counter = this.limits.get(kind.ordinal());
		return (counter != null) ? counter
				: put(this.limits, kind.ordinal(), () -> counter(NexsDbMeter.LIMITS, tags().and("kind", kind.tag())));
	}

	void failed(SQLException failure) {
		FailureKind kind = SqlStateClassifier.classify(failure);
		String sqlState = SqlStateClassifier.sqlStateClass(SqlStateClassifier.sqlState(failure));
		this.errors
			.computeIfAbsent(kind.name() + sqlState,
					(any) -> counter(NexsDbMeter.ERRORS, tags().and("category", tag(kind), "sqlstate", sqlState)))
			.increment();
	}

	private Tags tags() {
		return Tags.of("node", this.id);
	}

	private Timer.Builder timer(NexsDbMeter meter, Tags tags) {
		return Timer.builder(meter.meterName()).description(meter.description()).tags(tags);
	}

	private Counter counter(NexsDbMeter meter, Tags tags) {
		return Counter.builder(meter.meterName()).description(meter.description()).tags(tags).register(this.registry);
	}

	/**
	 * Two threads that come first at the same time get the same meter of the registry.
	 */
	private static <M> M put(AtomicReferenceArray<M> slots, int slot, Supplier<M> meter) {
		M created = meter.get();
		slots.set(slot, created);
		return created;
	}

	static String tag(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	private static String outcome(boolean success) {
		return success ? "success" : "error";
	}

}
