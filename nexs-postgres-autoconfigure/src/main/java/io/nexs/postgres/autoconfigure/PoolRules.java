package io.nexs.postgres.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Rules of the sizes of pools and of prepared statements, beside {@link PropertyRules}.
 */
final class PoolRules {

	private static final long MEGABYTE = 1024 * 1024;

	private PoolRules() {
	}

	static void adaptive(NexsDbProperties.Adaptive adaptive, int maxConns, int minConns) {
		int lower = lowerBound(adaptive, minConns);
		int upper = upperBound(adaptive, maxConns);
		PropertyRules.atLeast("nexs.db.pool.adaptive.lower-bound", lower, 1);
		PropertyRules.notMore("nexs.db.pool.adaptive.lower-bound", lower, "nexs.db.pool.adaptive.upper-bound", upper);
		PropertyRules.notMore("nexs.db.pool.min-conns", minConns, "nexs.db.pool.adaptive.lower-bound", lower);
		PropertyRules.positive("nexs.db.pool.adaptive.interval", adaptive.interval());
		PropertyRules.notMore("nexs.db.pool.adaptive.interval", adaptive.interval(),
				"nexs.db.pool.adaptive.shrink-after", adaptive.shrinkAfter());
		PropertyRules.between("nexs.db.pool.adaptive.dead-band", adaptive.deadBand(), 0.1, 0.9);
	}

	static int lowerBound(NexsDbProperties.Adaptive adaptive, int minConns) {
		Integer bound = adaptive.lowerBound();
		return (bound != null) ? bound : Math.max(1, minConns);
	}

	static int upperBound(NexsDbProperties.Adaptive adaptive, int maxConns) {
		Integer bound = adaptive.upperBound();
		return (bound != null) ? bound : Math.max(1, maxConns);
	}

	static void statements(@Nullable Integer threshold, @Nullable Integer queries, @Nullable DataSize size) {
		if (threshold != null) {
			PropertyRules.atLeast("nexs.db.pool.statements.prepare-threshold", threshold, 0);
		}
		if (queries != null) {
			PropertyRules.atLeast("nexs.db.pool.statements.cache-queries", queries, 0);
		}
		if (size != null && (size.isNegative() || size.toBytes() % MEGABYTE != 0)) {
			throw new InvalidSettingException("nexs.db.pool.statements.cache-size",
					"is " + size + ", which is not a whole number of megabytes",
					"Set it to 0MB, 5MB or another whole number; the driver counts in megabytes.");
		}
	}

	/**
	 * A prepared statement and a setting of a session stay on the server connection that
	 * PgBouncer lends to others.
	 */
	static void noPreparing(NexsDbProperties.Statements statements) {
		Integer threshold = statements.prepareThreshold();
		if (threshold != null && threshold > 0) {
			throw new InvalidSettingException("nexs.db.pool.statements.prepare-threshold",
					"is " + threshold + ", but with 'nexs.db.pgbouncer' nothing is prepared on the server",
					"Remove it. Where PgBouncer has 'max_prepared_statements', set "
							+ "'nexs.db.pool.driver-properties.prepareThreshold'.");
		}
		if (statements.planCacheMode() != null) {
			throw new InvalidSettingException("nexs.db.pool.statements.plan-cache-mode",
					"sets something for a session, which PgBouncer lends to others",
					"Remove it, and set it in the server: ALTER ROLE ... SET or ALTER DATABASE ... SET.");
		}
	}

}
