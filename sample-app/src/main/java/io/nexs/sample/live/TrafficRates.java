package io.nexs.sample.live;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.nexs.postgres.routing.Route;
import io.nexs.postgres.routing.RouteReason;
import io.nexs.postgres.routing.RoutingListener;
import io.nexs.postgres.routing.StatementKind;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Statements per second and node. Counting is thread-safe; {@link #measure} is for one
 * thread.
 */
@Component
class TrafficRates implements RoutingListener {

	private static final double NANOS_PER_SECOND = 1e9;

	private final Map<String, Counts> counts = new ConcurrentHashMap<>();

	private Map<String, Totals> before = Map.of();

	private long measuredAt = System.nanoTime();

	private volatile Map<String, Rate> rates = Map.of();

	@Override
	public void executed(Route route, StatementKind kind, long nanos, @Nullable SQLException failure) {
		Counts node = this.counts.computeIfAbsent(route.node().id(), (any) -> new Counts());
		(isRead(route.reason()) ? node.reads : node.writes).increment();
		if (failure != null) {
			node.failures.increment();
		}
	}

	private static boolean isRead(RouteReason reason) {
		return reason != RouteReason.WRITE_TRANSACTION && reason != RouteReason.NO_TRANSACTION;
	}

	/**
	 * Takes the rates since the last time it was called.
	 */
	void measure(long now) {
		double seconds = Math.max(1, now - this.measuredAt) / NANOS_PER_SECOND;
		Map<String, Totals> totals = new HashMap<>();
		Map<String, Rate> measured = new HashMap<>();
		this.counts.forEach((node, count) -> {
			Totals total = count.totals();
			totals.put(node, total);
			measured.put(node, total.since(this.before.getOrDefault(node, Totals.NONE), seconds));
		});
		this.before = totals;
		this.measuredAt = now;
		this.rates = Map.copyOf(measured);
	}

	/**
	 * The rates of a node when they were taken last.
	 */
	Rate of(String node) {
		return this.rates.getOrDefault(node, Rate.NONE);
	}

	/**
	 * Statements per second.
	 *
	 * @param reads of read-only work
	 * @param writes of all other work
	 * @param failures of both that failed
	 */
	record Rate(double reads, double writes, double failures) {

		static final Rate NONE = new Rate(0, 0, 0);

	}

	/**
	 * Statements since the start.
	 */
	private record Totals(long reads, long writes, long failures) {

		static final Totals NONE = new Totals(0, 0, 0);

		Rate since(Totals before, double seconds) {
			return new Rate(perSecond(this.reads - before.reads, seconds),
					perSecond(this.writes - before.writes, seconds),
					perSecond(this.failures - before.failures, seconds));
		}

		private static double perSecond(long count, double seconds) {
			return Math.round(count / seconds * 10) / 10.0;
		}

	}

	/**
	 * Statements of one node.
	 */
	private static final class Counts {

		private final LongAdder reads = new LongAdder();

		private final LongAdder writes = new LongAdder();

		private final LongAdder failures = new LongAdder();

		Totals totals() {
			return new Totals(this.reads.sum(), this.writes.sum(), this.failures.sum());
		}

	}

}
