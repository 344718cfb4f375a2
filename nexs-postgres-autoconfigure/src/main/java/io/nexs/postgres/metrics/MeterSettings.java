package io.nexs.postgres.metrics;

import java.time.Duration;
import java.util.List;

/**
 * Settings of the meters.
 *
 * @param queryBuckets upper bounds of the buckets of the histogram of statements
 */
public record MeterSettings(List<Duration> queryBuckets) {

	public MeterSettings {
		queryBuckets = List.copyOf(queryBuckets);
	}

	Duration[] buckets() {
		return this.queryBuckets.toArray(Duration[]::new);
	}

}
