package io.nexs.postgres.metrics;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.nexs.postgres.hook.HookOutcome;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookRegistration;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.hook.HookStatistics;

/**
 * The meters of hooks, which read the counters of the registry. Hooks that are added
 * later are measured too. Thread-safe.
 */
public final class HookMeters {

	private final MeterRegistry registry;

	private final HookRegistry hooks;

	/**
	 * Registers the meters.
	 * @param registry where to
	 * @param hooks the hooks
	 */
	public HookMeters(MeterRegistry registry, HookRegistry hooks) {
		this.registry = registry;
		this.hooks = hooks;
		hooks.onAdded(this::add);
	}

	/**
	 * A hook that takes the name of one that was removed takes its meters over.
	 */
	private void add(HookRegistration hook) {
		for (NexsDbMeter meter : List.of(NexsDbMeter.HOOK, NexsDbMeter.HOOK_DROPPED)) {
			List<Meter> old = List.copyOf(this.registry.find(meter.meterName()).tag("hook", hook.name()).meters());
			old.forEach(this.registry::remove);
		}
		for (HookPoint point : hook.points()) {
			HookStatistics statistics = hook.statistics(point);
			for (HookOutcome outcome : HookOutcome.values()) {
				FunctionTimer
					.builder(NexsDbMeter.HOOK.meterName(), statistics, (counters) -> counters.calls(outcome),
							(counters) -> counters.nanos(outcome), TimeUnit.NANOSECONDS)
					.description(NexsDbMeter.HOOK.description())
					.tags("hook", hook.name(), "point", point.tag(), "outcome", outcome.tag())
					.register(this.registry);
			}
		}
		if (hook.isAsync()) {
			// A meter does not keep what it reads, and a registration is made anew each
			// time
			FunctionCounter.builder(NexsDbMeter.HOOK_DROPPED.meterName(), this.hooks, (any) -> hook.dropped())
				.description(NexsDbMeter.HOOK_DROPPED.description())
				.tag("hook", hook.name())
				.register(this.registry);
		}
	}

}
