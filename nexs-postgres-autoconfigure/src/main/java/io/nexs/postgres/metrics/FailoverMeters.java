package io.nexs.postgres.metrics;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.nexs.postgres.failover.FailoverEvent;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.failover.FailoverRecord;
import io.nexs.postgres.failover.FailoverState;
import io.nexs.postgres.failover.FailoverStatistics;
import io.nexs.postgres.failover.NodeUptime;
import org.jspecify.annotations.Nullable;

/**
 * The meters of changes of the primary. Gauges and counters read the statistics when they
 * are asked; the timers are told of every loss that is over. Thread-safe.
 */
public final class FailoverMeters {

	private static final double NANOS_PER_SECOND = 1e9;

	private final MeterRegistry registry;

	private final FailoverManager manager;

	private final Map<Phase, Timer> durations = new EnumMap<>(Phase.class);

	/**
	 * Registers the meters.
	 * @param registry where to
	 * @param manager keeps the statistics
	 */
	public FailoverMeters(MeterRegistry registry, FailoverManager manager) {
		this.registry = registry;
		this.manager = manager;
		for (FailoverState state : FailoverState.values()) {
			gauge(NexsDbMeter.FAILOVER_STATE, Tags.of("state", NodeMeters.tag(state)),
					(statistics) -> (statistics.state() == state) ? 1 : 0);
		}
		for (Phase phase : Phase.values()) {
			this.durations.put(phase, timer(phase));
		}
		registerCounts();
		registerUptimes();
		manager.addListener(this::follow);
	}

	private Timer timer(Phase phase) {
		return Timer.builder(NexsDbMeter.FAILOVER_DURATION.meterName())
			.description(NexsDbMeter.FAILOVER_DURATION.description())
			.tag("phase", phase.name().toLowerCase(Locale.ROOT))
			.register(this.registry);
	}

	private void registerCounts() {
		counter(NexsDbMeter.FAILOVERS, Tags.of("result", "changed"), FailoverStatistics::failovers);
		counter(NexsDbMeter.FAILOVERS, Tags.of("result", "returned"), FailoverStatistics::returns);
		counter(NexsDbMeter.FAILOVERS, Tags.of("result", "failed"), FailoverStatistics::failed);
		counter(NexsDbMeter.FENCED, Tags.empty(), FailoverStatistics::fenced);
		gauge(NexsDbMeter.WRITES_WAITING, Tags.empty(), (statistics) -> statistics.writes().waiting());
		counter(NexsDbMeter.WRITES_WAITED, Tags.empty(), (statistics) -> statistics.writes().total());
		counter(NexsDbMeter.WRITES_TIMED_OUT, Tags.empty(), (statistics) -> statistics.writes().timedOut());
		counter(NexsDbMeter.WRITES_REJECTED, Tags.empty(), (statistics) -> statistics.writes().rejected());
	}

	private void registerUptimes() {
		gauge(NexsDbMeter.PRIMARY_UPTIME, Tags.empty(), (statistics) -> seconds(statistics.primaryUptime()));
		for (String node : this.manager.nodes()) {
			gauge(NexsDbMeter.NODE_SLOW, Tags.of("node", node),
					(statistics) -> statistics.slow().contains(node) ? 1 : 0);
			gauge(NexsDbMeter.NODE_UPTIME, Tags.of("node", node), (statistics) -> uptime(statistics, node));
		}
	}

	private static double uptime(FailoverStatistics statistics, String node) {
		for (NodeUptime uptime : statistics.nodes()) {
			if (uptime.node().equals(node)) {
				return seconds(uptime.uptime());
			}
		}
		return 0;
	}

	private static double seconds(Duration duration) {
		return duration.toNanos() / NANOS_PER_SECOND;
	}

	private void follow(FailoverEvent event) {
		if (event instanceof FailoverEvent.FailoverCompleted completed) {
			FailoverRecord failover = completed.failover();
			record(Phase.DETECTION, failover.detection());
			record(Phase.PROMOTION, failover.promotion());
			record(Phase.RELEASE, failover.release());
		}
	}

	private void record(Phase phase, @Nullable Duration duration) {
		Timer timer = this.durations.get(phase);
		if (duration != null && timer != null) {
			timer.record(duration);
		}
	}

	private void gauge(NexsDbMeter meter, Tags tags, ToDoubleFunction<FailoverStatistics> value) {
		Gauge.builder(meter.meterName(), this.manager, (manager) -> value.applyAsDouble(manager.statistics()))
			.description(meter.description())
			.baseUnit(meter.unit())
			.tags(tags)
			.register(this.registry);
	}

	private void counter(NexsDbMeter meter, Tags tags, ToDoubleFunction<FailoverStatistics> value) {
		FunctionCounter.builder(meter.meterName(), this.manager, (manager) -> value.applyAsDouble(manager.statistics()))
			.description(meter.description())
			.tags(tags)
			.register(this.registry);
	}

	/**
	 * The parts of a failover.
	 */
	private enum Phase {

		/**
		 * From the last good answer to the knowledge of the loss.
		 */
		DETECTION,

		/**
		 * From there to the next primary.
		 */
		PROMOTION,

		/**
		 * From there until the last write that waited has a connection.
		 */
		RELEASE

	}

}
