package io.nexs.postgres.autoconfigure;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import io.nexs.postgres.cluster.ConflictPolicy;
import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.failover.FailoverSettings;
import io.nexs.postgres.health.DeepHealthSettings;
import io.nexs.postgres.pool.AdaptiveSettings;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.pool.Pooler;
import io.nexs.postgres.pool.WarmUp;
import io.nexs.postgres.retry.RetrySettings;
import io.nexs.postgres.routing.RoutingSettings;
import io.nexs.postgres.safety.SafetySettings;
import io.nexs.postgres.server.ServerSettings;
import io.nexs.postgres.transaction.MarkerSettings;
import io.nexs.postgres.transaction.MarkerTable;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * Turns the configuration into the settings of the engine.
 */
final class EngineSettings {

	private EngineSettings() {
	}

	static PoolSettings pool(NexsDbProperties properties, @Nullable String applicationName) {
		NexsDbProperties.Pool pool = properties.pool();
		Map<String, String> hikari = new HashMap<>(pool.hikari());
		hikari.putIfAbsent("validationTimeout", Long.toString(pool.validationTimeout().toMillis()));
		Map<String, String> driver = new HashMap<>(statements(pool.statements()));
		driver.putAll(pool.driverProperties());
		NexsDbProperties.PlanCacheMode mode = pool.statements().planCacheMode();
		return new PoolSettings(pool.maxConns(), pool.minConns(), pool.maxConnLifetime(), pool.maxConnIdleTime(),
				new PoolSettings.Timeouts(pool.connectionTimeout(), pool.connectTimeout(), pool.loginTimeout(),
						pool.socketTimeout()),
				pool.leakDetectionThreshold(), pool.keepaliveTime(), applicationName, hikari, driver,
				properties.pgbouncer() ? Pooler.PGBOUNCER : Pooler.NONE,
				(mode != null) ? Map.of("plan_cache_mode", mode.name().toLowerCase(Locale.ROOT)) : Map.of());
	}

	private static Map<String, String> statements(NexsDbProperties.Statements statements) {
		Map<String, String> properties = new HashMap<>();
		if (statements.prepareThreshold() != null) {
			properties.put(PGProperty.PREPARE_THRESHOLD.getName(), statements.prepareThreshold().toString());
		}
		if (statements.cacheQueries() != null) {
			properties.put(PGProperty.PREPARED_STATEMENT_CACHE_QUERIES.getName(), statements.cacheQueries().toString());
		}
		if (statements.cacheSize() != null) {
			properties.put(PGProperty.PREPARED_STATEMENT_CACHE_SIZE_MIB.getName(),
					Long.toString(statements.cacheSize().toMegabytes()));
		}
		return properties;
	}

	static AdaptiveSettings adaptive(NexsDbProperties.Pool pool) {
		NexsDbProperties.Adaptive adaptive = pool.adaptive();
		return new AdaptiveSettings(PoolRules.lowerBound(adaptive, pool.minConns()),
				PoolRules.upperBound(adaptive, pool.maxConns()), adaptive.interval(), adaptive.deadBand(),
				adaptive.shrinkAfter());
	}

	static WarmUp warmUp(NexsDbProperties.Pool pool) {
		return new WarmUp(pool.warmUpConnections(), pool.warmUp().queries(), pool.warmUp().timeout());
	}

	static MonitorSettings monitor(NexsDbProperties properties) {
		NexsDbProperties.Monitor monitor = properties.monitor();
		return new MonitorSettings(monitor.interval(), monitor.fastInterval(), monitor.timeout(),
				monitor.failureThreshold(), monitor.successThreshold(), properties.read().maxLag(),
				properties.read().maxLagBytes().toBytes(), switch (properties.failover().onConflict()) {
					case NEWEST_TIMELINE -> ConflictPolicy.NEWEST_TIMELINE;
					case REFUSE -> ConflictPolicy.REFUSE;
				}, properties.failover().lostAfter());
	}

	static ServerSettings server(NexsDbProperties properties) {
		return ServerSettings.every(properties.server().interval()).withWriteProbe(properties.health().writeProbe());
	}

	static SafetySettings safety(NexsDbProperties.Safety safety) {
		return new SafetySettings(safety.interval(), safety.heldTooLong(), safety.stacks(), safety.idleInTransaction(),
				safety.blocked(), safety.degradedFor());
	}

	static DeepHealthSettings deep(NexsDbProperties.Health health) {
		return new DeepHealthSettings(health.maxTransactionAge(), health.maxSlotWal().toBytes(),
				health.connectionHeadroom());
	}

	static FailoverSettings failover(NexsDbProperties.Failover failover) {
		return new FailoverSettings(failover.waitTimeout(), failover.maxWaiting());
	}

	static MarkerSettings marker(NexsDbProperties.Transaction transaction) {
		return new MarkerSettings(new MarkerTable(transaction.markerTable()), transaction.markerRetention(),
				transaction.resolveTimeout());
	}

	static RoutingSettings routing(NexsDbProperties properties) {
		NexsDbProperties.Read read = properties.read();
		Integer fallbacks = read.maxFallbackConns();
		return new RoutingSettings(read.preference(), read.zone(), (fallbacks != null) ? fallbacks : Integer.MAX_VALUE,
				properties.pool().connectionTimeout(), isAutoCommit(properties.pool().hikari()));
	}

	static RetrySettings retry(NexsDbProperties.Retry retry) {
		return new RetrySettings(retry.maxRetries(), retry.delay(), retry.maxDelay(), retry.multiplier(),
				retry.jitter(), retry.timeout(), retry.lockNotAvailable());
	}

	private static boolean isAutoCommit(Map<String, String> hikari) {
		return !"false".equalsIgnoreCase(hikari.get("autoCommit"));
	}

}
