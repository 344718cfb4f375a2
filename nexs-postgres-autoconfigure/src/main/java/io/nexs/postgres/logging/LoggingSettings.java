package io.nexs.postgres.logging;

import java.util.EnumSet;
import java.util.Set;

import io.nexs.postgres.hook.HookPoint;
import org.slf4j.event.Level;

/**
 * Settings of the hook that logs.
 *
 * @param points operations that are logged; failures are at every point
 * @param level level of operations that end well
 * @param errorLevel level of operations that fail or are refused
 * @param sampling share of the operations that end well that is logged, between 0 and 1
 * @param parameters whether parameters are shown, as far as the masks let them
 */
public record LoggingSettings(Set<HookPoint> points, Level level, Level errorLevel, double sampling,
		boolean parameters) {

	public LoggingSettings {
		points = Set.copyOf(points);
	}

	/**
	 * Statements, COPY and the ends of transactions at INFO, failures at ERROR, all of
	 * them, without parameters.
	 * @return the defaults
	 */
	public static LoggingSettings defaults() {
		return new LoggingSettings(EnumSet.of(HookPoint.QUERY, HookPoint.EXEC, HookPoint.BATCH, HookPoint.COPY,
				HookPoint.COMMIT, HookPoint.ROLLBACK), Level.INFO, Level.ERROR, 1, false);
	}

}
