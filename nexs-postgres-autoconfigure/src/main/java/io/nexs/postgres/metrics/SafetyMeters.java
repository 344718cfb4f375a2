package io.nexs.postgres.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.nexs.postgres.safety.SafetyKind;
import io.nexs.postgres.safety.SafetyMonitor;

/**
 * The meters of the safety monitor, which read its counts. Thread-safe.
 */
public final class SafetyMeters {

	/**
	 * Registers the meters.
	 * @param registry where to
	 * @param monitor whose findings are shown
	 */
	public SafetyMeters(MeterRegistry registry, SafetyMonitor monitor) {
		for (SafetyKind kind : SafetyKind.values()) {
			FunctionCounter.builder(NexsDbMeter.SAFETY_FINDINGS.meterName(), monitor, (any) -> any.count(kind))
				.description(NexsDbMeter.SAFETY_FINDINGS.description())
				.tag("kind", kind.tag())
				.register(registry);
		}
		Gauge.builder(NexsDbMeter.SAFETY_DEGRADED.meterName(), monitor, (any) -> any.isHealthy() ? 0 : 1)
			.description(NexsDbMeter.SAFETY_DEGRADED.description())
			.register(registry);
	}

}
