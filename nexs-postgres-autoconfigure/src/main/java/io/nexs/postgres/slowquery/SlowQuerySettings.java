package io.nexs.postgres.slowquery;

import java.time.Duration;

/**
 * Settings of the hook for slow statements.
 *
 * @param threshold time from which on a statement is slow
 * @param parameters whether parameters are shown, as far as the masks let them
 * @param explain whether the server is asked for plans
 * @param explainInterval time in which statements that differ in their data only are
 * explained once
 * @param explainPerMinute plans that are asked for in a minute at most
 * @param explainTimeout longest time a plan may take
 */
public record SlowQuerySettings(Duration threshold, boolean parameters, ExplainMode explain, Duration explainInterval,
		int explainPerMinute, Duration explainTimeout) {

	/**
	 * 100 ms, without parameters and plans; a plan every ten minutes, six in a minute, in
	 * a second.
	 * @return the defaults
	 */
	public static SlowQuerySettings defaults() {
		return new SlowQuerySettings(Duration.ofMillis(100), false, ExplainMode.OFF, Duration.ofMinutes(10), 6,
				Duration.ofSeconds(1));
	}

}
