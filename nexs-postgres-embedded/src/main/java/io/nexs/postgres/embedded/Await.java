package io.nexs.postgres.embedded;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for a condition by polling it.
 */
final class Await {

	private static final Duration INTERVAL = Duration.ofMillis(5);

	private Await() {
	}

	/**
	 * Poll the condition until it holds, the time is up or the thread is interrupted.
	 * @param limit the longest time to wait
	 * @param condition the condition, which must not throw
	 * @return whether the condition holds
	 */
	static boolean until(Duration limit, BooleanSupplier condition) {
		long deadline = System.nanoTime() + limit.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
				return false;
			}
			LockSupport.parkNanos(INTERVAL.toNanos());
		}
		return true;
	}

}
