package io.nexs.postgres.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.slowquery.SlowQueryHook;

/**
 * The meter of slow statements, which reads the counters of the hook. Thread-safe.
 */
public final class SlowQueryMeters {

	/**
	 * Registers the meter of each node.
	 * @param registry where to
	 * @param hook counts
	 * @param pools has the nodes
	 */
	public SlowQueryMeters(MeterRegistry registry, SlowQueryHook hook, NodePools pools) {
		NexsDbMeter meter = NexsDbMeter.SLOW_QUERIES;
		for (NodePool pool : pools.all()) {
			String node = pool.node().id();
			FunctionCounter.builder(meter.meterName(), hook, (counted) -> counted.count(node))
				.description(meter.description())
				.tag(meter.tags().get(0), node)
				.register(registry);
		}
	}

}
