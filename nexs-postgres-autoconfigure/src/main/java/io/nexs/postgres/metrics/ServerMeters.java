package io.nexs.postgres.metrics;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.nexs.postgres.server.ServerFigures;
import io.nexs.postgres.server.ServerMonitor;
import io.nexs.postgres.server.SessionState;

/**
 * The meters of what the servers say of themselves. They read the latest figures when
 * they are asked; what is not known is NaN. Thread-safe.
 */
public final class ServerMeters {

	private static final double NANOS_PER_SECOND = 1e9;

	private final MeterRegistry registry;

	private final ServerMonitor monitor;

	/**
	 * Registers the meters.
	 * @param registry where to
	 * @param monitor knows the figures
	 */
	public ServerMeters(MeterRegistry registry, ServerMonitor monitor) {
		this.registry = registry;
		this.monitor = monitor;
		monitor.nodes().forEach(this::register);
	}

	private void register(String node) {
		Tags tags = Tags.of("node", node);
		FunctionCounter.builder(NexsDbMeter.SERVER_DEADLOCKS.meterName(), this.monitor, (any) -> any.deadlocks(node))
			.description(NexsDbMeter.SERVER_DEADLOCKS.description())
			.tags(tags)
			.register(this.registry);
		gauge(NexsDbMeter.SERVER_BLOCKED, tags, node, ServerFigures::blocked);
		gauge(NexsDbMeter.SERVER_OLDEST_TRANSACTION, tags, node,
				(figures) -> figures.oldestTransaction().toNanos() / NANOS_PER_SECOND);
		gauge(NexsDbMeter.SERVER_CACHE_HIT_RATIO, tags, node, ServerFigures::cacheHitRatio);
		gauge(NexsDbMeter.SERVER_CONNECTIONS, tags, node, (figures) -> figures.sessions().connections());
		gauge(NexsDbMeter.SERVER_CONNECTIONS_MAX, tags, node, (figures) -> figures.sessions().maxConnections());
		for (SessionState state : SessionState.values()) {
			gauge(NexsDbMeter.SERVER_SESSIONS, tags.and("state", NodeMeters.tag(state)), node,
					(figures) -> figures.sessions().in(state));
		}
	}

	private void gauge(NexsDbMeter meter, Tags tags, String node, ToDoubleFunction<ServerFigures> value) {
		Gauge.builder(meter.meterName(), this.monitor, (any) -> value(any, node, value))
			.description(meter.description())
			.baseUnit(meter.unit())
			.tags(tags)
			.register(this.registry);
	}

	private static double value(ServerMonitor monitor, String node, ToDoubleFunction<ServerFigures> value) {
		ServerFigures figures = monitor.figures(node);
		return (figures != null) ? value.applyAsDouble(figures) : Double.NaN;
	}

}
