package io.nexs.postgres.tracing;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.masking.SqlTexts;
import org.jspecify.annotations.Nullable;

/**
 * Settings of observations.
 *
 * @param points operations that are observed, among {@link #OBSERVABLE}
 * @param slowAcquire a connection that was waited for longer is an event of the span at
 * hand; zero for none
 * @param queryText takes the values out of a statement whose text is to be part of its
 * observation; {@code null} for no text
 */
public record TracingSettings(Set<HookPoint> points, Duration slowAcquire, @Nullable SqlTexts queryText) {

	/**
	 * What takes time and ends on the thread where it begins.
	 */
	public static final Set<HookPoint> OBSERVABLE = Set.copyOf(EnumSet.of(HookPoint.ACQUIRE, HookPoint.QUERY,
			HookPoint.EXEC, HookPoint.BATCH, HookPoint.COMMIT, HookPoint.ROLLBACK, HookPoint.COPY));

	public TracingSettings {
		points = Set.copyOf(points);
		if (!OBSERVABLE.containsAll(points)) {
			throw new IllegalArgumentException("Not all of " + points + " can be observed, only " + OBSERVABLE);
		}
	}

	/**
	 * All but the taking of connections, of which waits of 100 ms are events; no texts.
	 * @return the defaults
	 */
	public static TracingSettings defaults() {
		Set<HookPoint> points = EnumSet.copyOf(OBSERVABLE);
		points.remove(HookPoint.ACQUIRE);
		return new TracingSettings(points, Duration.ofMillis(100), null);
	}

}
