package io.nexs.postgres.tracing;

import java.sql.SQLException;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.nexs.postgres.routing.Route;
import io.nexs.postgres.routing.RoutingListener;
import org.jspecify.annotations.Nullable;

import org.springframework.core.retry.RetryListener;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryState;
import org.springframework.core.retry.Retryable;

/**
 * Tells the span at hand that a statement is said again on another connection, or a
 * transaction run again. Thread-safe.
 */
public final class RepeatEvents implements RoutingListener, RetryListener {

	private static final String REPEAT = "nexs.db.repeat";

	private static final String RETRY = "nexs.db.retry";

	private final Supplier<@Nullable ObservationRegistry> registry;

	/**
	 * Creates the listener.
	 * @param registry where the current observation is known; asked with the first event,
	 * since its handlers may need the data source, which needs this one
	 */
	public RepeatEvents(Supplier<@Nullable ObservationRegistry> registry) {
		this.registry = registry;
	}

	@Override
	public void repeated(Route failed, SQLException failure) {
		Observation current = current();
		if (current == null) {
			return;
		}
		if (current.getContext() instanceof DatabaseObservationContext context) {
			context.repeated();
		}
		current.event(Observation.Event.of(REPEAT, REPEAT + " " + failed.node().id() + " " + failure.getSQLState()));
	}

	@Override
	public void beforeRetry(RetryPolicy policy, Retryable<?> retryable, RetryState state) {
		Observation current = current();
		if (current != null) {
			current.event(Observation.Event.of(RETRY, RETRY + " " + state.getRetryCount()));
		}
	}

	private @Nullable Observation current() {
		ObservationRegistry present = this.registry.get();
		return (present != null) ? present.getCurrentObservation() : null;
	}

}
