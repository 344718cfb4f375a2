package io.nexs.postgres.slowquery;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which statements may be explained: each kind once in an interval, and only so many in a
 * minute. Thread-safe.
 */
final class ExplainBudget {

	private static final int REMEMBERED = 512;

	private final long intervalNanos;

	private final int perMinute;

	private final LongSupplier nanoTime;

	private final Map<String, Long> explained = new LinkedHashMap<>();

	private long minuteBegan;

	private int inMinute;

	ExplainBudget(SlowQuerySettings settings, LongSupplier nanoTime) {
		this.intervalNanos = settings.explainInterval().toNanos();
		this.perMinute = settings.explainPerMinute();
		this.nanoTime = nanoTime;
		this.minuteBegan = nanoTime.getAsLong();
	}

	synchronized boolean take(String statement) {
		long now = this.nanoTime.getAsLong();
		Long last = this.explained.get(statement);
		if (last != null && now - last < this.intervalNanos) {
			return false;
		}
		if (now - this.minuteBegan >= TimeUnit.MINUTES.toNanos(1)) {
			this.minuteBegan = now;
			this.inMinute = 0;
		}
		if (this.inMinute >= this.perMinute) {
			return false;
		}
		this.inMinute++;
		this.explained.remove(statement);
		this.explained.put(statement, now);
		if (this.explained.size() > REMEMBERED) {
			this.explained.remove(this.explained.keySet().iterator().next());
		}
		return true;
	}

}
