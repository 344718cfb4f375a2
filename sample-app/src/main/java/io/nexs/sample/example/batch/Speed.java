package io.nexs.sample.example.batch;

import java.time.Duration;

/**
 * How fast rows were written or read.
 *
 * @param rows how many
 * @param millis in how many milliseconds
 * @param rowsPerSecond rows per second
 */
record Speed(int rows, double millis, long rowsPerSecond) {

	static Speed of(int rows, long nanos) {
		return new Speed(rows, nanos / 10_000 / 100.0, rows * Duration.ofSeconds(1).toNanos() / Math.max(1, nanos));
	}

}
