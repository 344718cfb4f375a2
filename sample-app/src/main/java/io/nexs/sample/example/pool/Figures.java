package io.nexs.sample.example.pool;

import io.nexs.postgres.pool.PoolSnapshot;

/**
 * A pool at one moment.
 *
 * @param max connections it opens at most
 * @param open connections that are open
 * @param lent connections that are lent
 * @param waiting threads that wait for one
 */
record Figures(int max, int open, int lent, int waiting) {

	static Figures of(PoolSnapshot pool) {
		return new Figures(pool.max(), pool.total(), pool.active(), pool.waiting());
	}

}
