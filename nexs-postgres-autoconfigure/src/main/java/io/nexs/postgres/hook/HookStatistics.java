package io.nexs.postgres.hook;

import java.util.concurrent.atomic.LongAdder;

/**
 * What a hook did at one point. Of a hook that takes less than a microsecond one call in
 * seventeen is timed, and counts seventeen times; of any other each call is. Thread-safe.
 */
public final class HookStatistics {

	/** One call in as many is timed. */
	static final int TIMED_ONE_IN = 17;

	private static final int OUTCOMES = HookOutcome.values().length;

	private final LongAdder[] counts = new LongAdder[OUTCOMES];

	private final LongAdder[] nanos = new LongAdder[OUTCOMES];

	HookStatistics() {
		for (int i = 0; i < OUTCOMES; i++) {
			this.counts[i] = new LongAdder();
			this.nanos[i] = new LongAdder();
		}
	}

	void count(HookOutcome outcome) {
		this.counts[outcome.ordinal()].increment();
	}

	void time(HookOutcome outcome, long nanos) {
		this.nanos[outcome.ordinal()].add(nanos);
	}

	/**
	 * Operations the hook was called for.
	 * @param outcome how its calls ended
	 * @return the number since the hook was added
	 */
	public long calls(HookOutcome outcome) {
		return this.counts[outcome.ordinal()].sum();
	}

	/**
	 * Time spent in the hook.
	 * @param outcome how its calls ended
	 * @return the sum in nanoseconds, an estimate for a hook of less than a microsecond
	 */
	public long nanos(HookOutcome outcome) {
		return this.nanos[outcome.ordinal()].sum();
	}

}
