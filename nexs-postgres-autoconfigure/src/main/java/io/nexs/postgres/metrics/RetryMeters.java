package io.nexs.postgres.metrics;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.nexs.postgres.retry.RetryCause;
import io.nexs.postgres.retry.RetryManager;
import io.nexs.postgres.retry.RetryOutcome;
import io.nexs.postgres.retry.RetryStatistics;

/**
 * The meters of retries, which read the counters of the manager. Thread-safe.
 */
public final class RetryMeters {

	private final MeterRegistry registry;

	private final RetryStatistics statistics;

	/**
	 * Registers the meters.
	 * @param registry where to
	 * @param manager whose retries are shown
	 */
	public RetryMeters(MeterRegistry registry, RetryManager manager) {
		this.registry = registry;
		this.statistics = manager.statistics();
		for (RetryCause cause : RetryCause.values()) {
			counter(NexsDbMeter.RETRIES, cause.tag(), (statistics) -> statistics.retries(cause));
		}
		for (RetryOutcome outcome : RetryOutcome.values()) {
			counter(NexsDbMeter.RETRY_CALLS, outcome.tag(), (statistics) -> statistics.calls(outcome));
		}
	}

	private void counter(NexsDbMeter meter, String tag, ToDoubleFunction<RetryStatistics> value) {
		FunctionCounter.builder(meter.meterName(), this.statistics, value)
			.description(meter.description())
			.tag(meter.tags().get(0), tag)
			.register(this.registry);
	}

}
