package io.nexs.postgres.benchmark.gap;

/**
 * Writes one row in a transaction. Thread-safe.
 */
interface Items {

	/**
	 * Returns when the row is acknowledged.
	 * @param id of the row, never used before
	 */
	void write(long id);

}
