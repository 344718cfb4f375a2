package io.nexs.postgres.retry;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts retries and how the calls ended. Thread-safe.
 */
public final class RetryStatistics {

	private final Map<RetryCause, LongAdder> retries = new EnumMap<>(RetryCause.class);

	private final Map<RetryOutcome, LongAdder> calls = new EnumMap<>(RetryOutcome.class);

	RetryStatistics() {
		for (RetryCause cause : RetryCause.values()) {
			this.retries.put(cause, new LongAdder());
		}
		for (RetryOutcome outcome : RetryOutcome.values()) {
			this.calls.put(outcome, new LongAdder());
		}
	}

	/**
	 * Attempts after the first.
	 * @param cause why they were made
	 * @return their number since the start
	 */
	public long retries(RetryCause cause) {
		return adder(this.retries, cause).sum();
	}

	/**
	 * Calls that had a reason to be run again.
	 * @param outcome how they ended
	 * @return their number since the start
	 */
	public long calls(RetryOutcome outcome) {
		return adder(this.calls, outcome).sum();
	}

	void retried(RetryCause cause) {
		adder(this.retries, cause).increment();
	}

	void ended(RetryOutcome outcome) {
		adder(this.calls, outcome).increment();
	}

	private static <K> LongAdder adder(Map<K, LongAdder> adders, K key) {
		LongAdder adder = adders.get(key);
		if (adder == null) {
			throw new IllegalArgumentException("Not counted: " + key);
		}
		return adder;
	}

}
