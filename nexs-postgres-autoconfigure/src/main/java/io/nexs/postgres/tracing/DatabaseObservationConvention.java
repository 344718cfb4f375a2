package io.nexs.postgres.tracing;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Name and key values of the observations. A bean of this type replaces
 * {@link DefaultDatabaseObservationConvention}. The keys of low cardinality must be the
 * same for all operations and have few values, since meters are made of them.
 */
public interface DatabaseObservationConvention extends ObservationConvention<DatabaseObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof DatabaseObservationContext;
	}

}
