package io.nexs.postgres.tracing;

import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.Observation;

/**
 * Takes the place of the handler that would make a timer of every operation, which
 * {@code db.query.duration} is already: of the handlers of meters only the first that
 * supports an observation is called. Thread-safe.
 */
public final class WithoutMeters implements MeterObservationHandler<DatabaseObservationContext> {

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof DatabaseObservationContext;
	}

}
