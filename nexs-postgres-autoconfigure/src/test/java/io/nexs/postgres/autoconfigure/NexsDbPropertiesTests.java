package io.nexs.postgres.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.routing.BalancerKind;
import io.nexs.postgres.routing.ReadPreference;
import io.nexs.postgres.safety.StackPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NexsDbProperties} and {@link PropertyRules}.
 */
class NexsDbPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(PropertiesConfiguration.class);

	@Test
	void bindWhenNothingIsSetHasDefaults() {
		this.runner.run((context) -> {
			NexsDbProperties properties = context.getBean(NexsDbProperties.class);
			assertThat(properties.dsn()).isNull();
			assertThat(properties.replicaDsn()).isNull();
			assertThat(properties.username()).isNull();
			assertThat(properties.password()).isNull();
			assertThat(properties.replicas()).isEmpty();
			assertThat(properties.read()).isEqualTo(new NexsDbProperties.Read(ReadPreference.SECONDARY_PREFERRED,
					BalancerKind.ROUND_ROBIN, null, Duration.ofSeconds(10), DataSize.ofKilobytes(16), null));
			assertThat(properties.monitor()).isEqualTo(new NexsDbProperties.Monitor(Duration.ofSeconds(1),
					Duration.ofMillis(25), Duration.ofSeconds(1), 3, 2, null));
			assertThat(properties.failover().onConflict()).isEqualTo(NexsDbProperties.OnConflict.NEWEST_TIMELINE);
			assertThat(properties.retry()).isEqualTo(new NexsDbProperties.Retry(false, false, 3, Duration.ofMillis(100),
					Duration.ofSeconds(5), 2, 0.5, Duration.ofMinutes(1)));
			assertThat(properties.failover().waitTimeout()).isEqualTo(Duration.ofSeconds(30));
			assertThat(properties.failover().maxWaiting()).isEqualTo(10_000);
			assertThat(properties.health()).isEqualTo(new NexsDbProperties.Health(NexsDbProperties.NoPrimary.DOWN, 0.9,
					false, Duration.ofHours(1), DataSize.ofGigabytes(1), 0.1, false));
			assertThat(properties.server()).isEqualTo(new NexsDbProperties.Server(true, Duration.ofSeconds(15)));
			assertThat(properties.safety())
				.isEqualTo(new NexsDbProperties.Safety(true, Duration.ofSeconds(5), Duration.ofMinutes(1),
						StackPolicy.AFTER_FIRST, Duration.ofMinutes(1), Duration.ofSeconds(10), Duration.ofMinutes(5)));
			assertThat(properties.metrics().enabled()).isTrue();
			assertThat(properties.metrics().queryBuckets()).hasSize(11).startsWith(Duration.ofMillis(1));
			assertThat(properties.embedded())
				.isEqualTo(new NexsDbProperties.Embedded(true, 2, false, false, Duration.ZERO));
		});
	}

	@Test
	void bindWhenNothingIsSetHasDefaultsOfThePool() {
		this.runner.run((context) -> {
			NexsDbProperties.Pool pool = context.getBean(NexsDbProperties.class).pool();
			assertThat(pool.maxConns()).isEqualTo(10);
			assertThat(pool.minConns()).isEqualTo(2);
			assertThat(pool.warmUpConnections()).isEqualTo(2);
			assertThat(pool.maxConnLifetime()).isEqualTo(Duration.ofMinutes(30));
			assertThat(pool.maxConnIdleTime()).isEqualTo(Duration.ofMinutes(10));
			assertThat(pool.connectionTimeout()).isEqualTo(Duration.ofSeconds(30));
			assertThat(pool.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
			assertThat(pool.loginTimeout()).isEqualTo(Duration.ofSeconds(10));
			assertThat(pool.socketTimeout()).isEqualTo(Duration.ofMinutes(5));
			assertThat(pool.validationTimeout()).isEqualTo(Duration.ofSeconds(5));
			assertThat(pool.keepaliveTime()).isEqualTo(Duration.ofMinutes(2));
			assertThat(pool.leakDetectionThreshold()).isZero();
			assertThat(pool.drainTimeout()).isEqualTo(Duration.ofSeconds(20));
			assertThat(pool.warmUp()).isEqualTo(new NexsDbProperties.WarmUp(null, List.of(),
					NexsDbProperties.OnFailure.WARN, Duration.ofSeconds(10)));
			assertThat(pool.hikari()).isEmpty();
			assertThat(pool.driverProperties()).isEmpty();
			assertThat(pool.instances()).isEqualTo(1);
			assertThat(pool.adaptive()).isEqualTo(new NexsDbProperties.Adaptive(false, null, null,
					Duration.ofSeconds(1), 0.5, Duration.ofMinutes(1)));
			assertThat(pool.statements()).isEqualTo(new NexsDbProperties.Statements(null, null, null, null));
		});
	}

	@Test
	void bindWhenStatementsAreSetTellsTheDriverWhoseOwnPropertiesWin() {
		this.runner
			.withPropertyValues("nexs.db.pool.statements.prepare-threshold=3",
					"nexs.db.pool.statements.cache-queries=64", "nexs.db.pool.statements.cache-size=2MB",
					"nexs.db.pool.statements.plan-cache-mode=force-custom-plan",
					"nexs.db.pool.driver-properties.preparedStatementCacheQueries=7")
			.run((context) -> {
				PoolSettings settings = EngineSettings.pool(context.getBean(NexsDbProperties.class), null);
				assertThat(settings.driverProperties()).isEqualTo(Map.of("prepareThreshold", "3",
						"preparedStatementCacheQueries", "7", "preparedStatementCacheSizeMiB", "2"));
				assertThat(settings.sessionParameters()).isEqualTo(Map.of("plan_cache_mode", "force_custom_plan"));
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					prepare-threshold=5 | 'nexs.db.pool.statements.prepare-threshold' is 5, but with 'nexs.db.pgbouncer' nothing is prepared on the server. Remove it. Where PgBouncer has 'max_prepared_statements', set 'nexs.db.pool.driver-properties.prepareThreshold'.
					plan-cache-mode=auto | 'nexs.db.pool.statements.plan-cache-mode' sets something for a session, which PgBouncer lends to others. Remove it, and set it in the server: ALTER ROLE ... SET or ALTER DATABASE ... SET.
					""")
	void bindWhenStatementsWouldBePreparedBehindPgBouncerNamesTheKey(String property, String message) {
		this.runner.withPropertyValues("nexs.db.pgbouncer=true", "nexs.db.pool.statements." + property)
			.run((context) -> assertFails(context.getStartupFailure(), message));
	}

	@Test
	void bindWhenReplicasAreSetReadsEachKey() {
		this.runner
			.withPropertyValues("nexs.db.replicas[0].id=east.1", "nexs.db.replicas[0].dsn=postgres://h1",
					"nexs.db.replicas[0].weight=1000", "nexs.db.replicas[0].zone=east",
					"nexs.db.replicas[0].tags=reports,backup", "nexs.db.replicas[1].dsn=postgres://h2")
			.run((context) -> assertThat(context.getBean(NexsDbProperties.class).replicas()).containsExactly(
					new NexsDbProperties.Replica("east.1", "postgres://h1", 1000, "east", Set.of("reports", "backup")),
					new NexsDbProperties.Replica(null, "postgres://h2", 1, null, Set.of())));
	}

	@Test
	void bindWhenMaxConnsIsBelowTheDefaultOfMinConnsLowersIt() {
		this.runner.withPropertyValues("nexs.db.pool.max-conns=1").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(NexsDbProperties.class).pool().minConns()).isEqualTo(1);
		});
	}

	@Test
	void bindWhenConnectionTimeoutIsBelowTheDefaultOfValidationTimeoutLowersIt() {
		this.runner.withPropertyValues("nexs.db.pool.connection-timeout=2s").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(NexsDbProperties.class).pool().validationTimeout())
				.isEqualTo(Duration.ofSeconds(2));
		});
	}

	@Test
	void bindWhenPassThroughKeysAreCamelCaseKeepsThem() {
		this.runner
			.withPropertyValues("nexs.db.pool.driver-properties.reWriteBatchedInserts=true",
					"nexs.db.pool.hikari.connectionInitSql=select 1", "nexs.db.pool.warm-up.connections=4")
			.run((context) -> {
				NexsDbProperties.Pool pool = context.getBean(NexsDbProperties.class).pool();
				assertThat(pool.driverProperties()).containsEntry("reWriteBatchedInserts", "true");
				assertThat(pool.hikari()).containsEntry("connectionInitSql", "select 1");
				assertThat(pool.warmUpConnections()).isEqualTo(4);
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					nexs.db.pool.min-conns=11 | 'nexs.db.pool.min-conns' is 11, more than 'nexs.db.pool.max-conns', which is 10. Lower 'nexs.db.pool.min-conns' or raise 'nexs.db.pool.max-conns'.
					nexs.db.pool.warm-up.connections=11 | 'nexs.db.pool.warm-up.connections' is 11, more than 'nexs.db.pool.max-conns', which is 10. Lower 'nexs.db.pool.warm-up.connections' or raise 'nexs.db.pool.max-conns'.
					nexs.db.pool.warm-up.timeout=0s | 'nexs.db.pool.warm-up.timeout' is 0s, which is not greater than zero. Set it to a duration greater than zero, such as 1s or 250ms.
					nexs.db.pool.max-conn-lifetime=29s | 'nexs.db.pool.max-conn-lifetime' is 29s, less than 30s. Set it to 30s or more, or to 0 to switch it off.
					nexs.db.pool.max-conn-idle-time=9999ms | 'nexs.db.pool.max-conn-idle-time' is 9999ms, less than 10s. Set it to 10s or more, or to 0 to switch it off.
					nexs.db.pool.connection-timeout=9223372036854775807 | 'nexs.db.pool.connection-timeout' is longer than 100 years. Set it to 36500d or less.
					nexs.db.startup.timeout=9999999999s | 'nexs.db.startup.timeout' is longer than 100 years. Set it to 36500d or less.
					nexs.db.failover.wait-timeout=9999999999s | 'nexs.db.failover.wait-timeout' is longer than 100 years. Set it to 36500d or less.
					nexs.db.failover.lost-after=9999999999s | 'nexs.db.failover.lost-after' is longer than 100 years. Set it to 36500d or less.
					nexs.db.pool.socket-timeout=30d | 'nexs.db.pool.socket-timeout' is longer than 24 days, which the driver cannot count. Set it to 24d or less.
					nexs.db.pool.connect-timeout=30d | 'nexs.db.pool.connect-timeout' is longer than 24 days, which the driver cannot count. Set it to 24d or less.
					nexs.db.pool.login-timeout=30d | 'nexs.db.pool.login-timeout' is longer than 24 days, which the driver cannot count. Set it to 24d or less.
					nexs.db.pool.connection-timeout=249ms | 'nexs.db.pool.connection-timeout' is 249ms, less than 250ms. Set it to 250ms or more.
					nexs.db.pool.connect-timeout=0s | 'nexs.db.pool.connect-timeout' is 0s, which is not greater than zero. Set it to a duration greater than zero, such as 1s or 250ms.
					nexs.db.pool.login-timeout=-1s | 'nexs.db.pool.login-timeout' is -1s, which is not greater than zero. Set it to a duration greater than zero, such as 1s or 250ms.
					nexs.db.pool.socket-timeout=500ms | 'nexs.db.pool.socket-timeout' is 500ms, less than 1s. Set it to 1s or more, or to 0 to switch it off.
					nexs.db.pool.validation-timeout=1ms | 'nexs.db.pool.validation-timeout' is 1ms, less than 250ms. Set it to 250ms or more.
					nexs.db.pool.keepalive-time=1s | 'nexs.db.pool.keepalive-time' is 1s, less than 30s. Set it to 30s or more, or to 0 to switch it off.
					nexs.db.pool.leak-detection-threshold=1s | 'nexs.db.pool.leak-detection-threshold' is 1s, less than 2s. Set it to 2s or more, or to 0 to switch it off.
					nexs.db.pool.drain-timeout=-1s | 'nexs.db.pool.drain-timeout' is -1s, which is negative. Set it to zero or a duration greater than zero, such as 10s.
					nexs.db.pool.adaptive.lower-bound=0 | 'nexs.db.pool.adaptive.lower-bound' is 0, less than 1. Set it to 1 or more.
					nexs.db.pool.adaptive.lower-bound=11 | 'nexs.db.pool.adaptive.lower-bound' is 11, more than 'nexs.db.pool.adaptive.upper-bound', which is 10. Lower 'nexs.db.pool.adaptive.lower-bound' or raise 'nexs.db.pool.adaptive.upper-bound'.
					nexs.db.pool.adaptive.lower-bound=1 | 'nexs.db.pool.min-conns' is 2, more than 'nexs.db.pool.adaptive.lower-bound', which is 1. Lower 'nexs.db.pool.min-conns' or raise 'nexs.db.pool.adaptive.lower-bound'.
					nexs.db.pool.adaptive.interval=0s | 'nexs.db.pool.adaptive.interval' is 0s, which is not greater than zero. Set it to a duration greater than zero, such as 1s or 250ms.
					nexs.db.pool.adaptive.interval=2m | 'nexs.db.pool.adaptive.interval' is 120s, more than 'nexs.db.pool.adaptive.shrink-after', which is 60s. Lower 'nexs.db.pool.adaptive.interval' or raise 'nexs.db.pool.adaptive.shrink-after'.
					nexs.db.pool.adaptive.dead-band=1 | 'nexs.db.pool.adaptive.dead-band' is 1.0, not between 0.1 and 0.9. Set it to a number between 0.1 and 0.9.
					nexs.db.pool.statements.prepare-threshold=-1 | 'nexs.db.pool.statements.prepare-threshold' is -1, less than 0. Set it to 0 or more.
					nexs.db.pool.statements.cache-queries=-1 | 'nexs.db.pool.statements.cache-queries' is -1, less than 0. Set it to 0 or more.
					nexs.db.pool.statements.cache-size=512KB | 'nexs.db.pool.statements.cache-size' is 524288B, which is not a whole number of megabytes. Set it to 0MB, 5MB or another whole number; the driver counts in megabytes.
					nexs.db.read.max-lag=0s | 'nexs.db.read.max-lag' is 0s, which is not greater than zero. Set it to a duration greater than zero, such as 1s or 250ms.
					nexs.db.read.max-lag-bytes=-1B | 'nexs.db.read.max-lag-bytes' is -1B, which is negative. Set it to zero or a size greater than zero, such as 16KB.
					nexs.db.monitor.interval=0s | 'nexs.db.monitor.interval' is 0s, which is not greater than zero. Set it to a duration greater than zero, such as 1s or 250ms.
					nexs.db.monitor.fast-interval=2s | 'nexs.db.monitor.fast-interval' is 2s, more than 'nexs.db.monitor.interval', which is 1s. Lower 'nexs.db.monitor.fast-interval' or raise 'nexs.db.monitor.interval'.
					nexs.db.server.interval=99ms | 'nexs.db.server.interval' is 99ms, less than 100ms. Set it to 100ms or more.
					nexs.db.safety.interval=0s | 'nexs.db.safety.interval' is 0s, less than 100ms. Set it to 100ms or more.
					nexs.db.safety.held-too-long=-1s | 'nexs.db.safety.held-too-long' is -1s, less than 100ms. Set it to 100ms or more, or to 0 to switch it off.
					nexs.db.safety.idle-in-transaction=1ms | 'nexs.db.safety.idle-in-transaction' is 1ms, less than 100ms. Set it to 100ms or more, or to 0 to switch it off.
					nexs.db.safety.blocked=1ms | 'nexs.db.safety.blocked' is 1ms, less than 100ms. Set it to 100ms or more, or to 0 to switch it off.
					nexs.db.safety.degraded-for=-1s | 'nexs.db.safety.degraded-for' is -1s, which is negative. Set it to zero or a duration greater than zero, such as 10s.
					nexs.db.health.max-transaction-age=0s | 'nexs.db.health.max-transaction-age' is 0s, which is not greater than zero. Set it to a duration greater than zero, such as 1s or 250ms.
					nexs.db.health.max-slot-wal=-1B | 'nexs.db.health.max-slot-wal' is -1B, which is negative. Set it to zero or a size greater than zero, such as 16KB.
					nexs.db.health.connection-headroom=1.5 | 'nexs.db.health.connection-headroom' is 1.5, not between 0.0 and 1.0. Set it to a number between 0.0 and 1.0.
					nexs.db.retry.max-retries=0 | 'nexs.db.retry.max-retries' is 0, less than 1. Set it to 1 or more.
					nexs.db.retry.delay=6s | 'nexs.db.retry.delay' is 6s, more than 'nexs.db.retry.max-delay', which is 5s. Lower 'nexs.db.retry.delay' or raise 'nexs.db.retry.max-delay'.
					nexs.db.retry.multiplier=0.5 | 'nexs.db.retry.multiplier' is 0.5, not between 1.0 and 100.0. Set it to a number between 1.0 and 100.0.
					nexs.db.retry.jitter=2 | 'nexs.db.retry.jitter' is 2.0, not between 0.0 and 1.0. Set it to a number between 0.0 and 1.0.
					nexs.db.retry.timeout=100ms | 'nexs.db.retry.timeout' is 100ms, not more than 'nexs.db.retry.delay', which is 100ms: the time is over before the first retry. Raise it, or set it to 0 for no limit.
					nexs.db.failover.lost-after=1500ms | 'nexs.db.failover.lost-after' is 1500ms, less than 2s, the sum of 'nexs.db.monitor.interval' and 'nexs.db.monitor.timeout': a healthy node without traffic would be given up. Raise it to 2s or more.
					nexs.db.monitor.timeout=0s | 'nexs.db.monitor.timeout' is 0s, which is not greater than zero. Set it to a duration greater than zero, such as 1s or 250ms.
					nexs.db.failover.wait-timeout=0s | 'nexs.db.failover.wait-timeout' is 0s, less than 'nexs.db.monitor.timeout', which is 1s: a write would give up before a probe can find the next primary. Raise it to 1s or more, or lower 'nexs.db.monitor.timeout'.
					nexs.db.monitor.interval=31s | 'nexs.db.failover.wait-timeout' is 30s, less than 'nexs.db.monitor.interval', which is 31s: a write would give up before a probe can find the next primary. Raise it to 31s or more, or lower 'nexs.db.monitor.interval'.
					nexs.db.metrics.query-buckets=5ms,1ms | 'nexs.db.metrics.query-buckets[1]' is 1ms, not more than the value before it. List the bounds in ascending order, each once.
					nexs.db.embedded.replay-delay=-1s | 'nexs.db.embedded.replay-delay' is -1s, which is negative. Set it to zero or a duration greater than zero, such as 10s.
					nexs.db.replicas[0].weight=1 | 'nexs.db.replicas[0].dsn' is not set. Set it to the server, for example postgres://h2:5432.
					""")
	void bindWhenRuleIsBrokenNamesTheKey(String property, String message) {
		this.runner.withPropertyValues(property).run((context) -> assertFails(context.getStartupFailure(), message));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					maxPoolSiz=3 | 'nexs.db.pool.hikari.maxPoolSiz' is not a property of HikariCP. Use one of HikariConfig's names, such as 'leakDetectionThreshold'.
					auto-commit=perhaps | 'nexs.db.pool.hikari.autoCommit' is neither true nor false. Set it to true or false.
					registerMbeans=yes | 'nexs.db.pool.hikari.registerMbeans' is neither true nor false. Set it to true or false.
					maximumPoolSize=abc | 'nexs.db.pool.hikari.maximumPoolSize' is refused by HikariCP: For input string: "abc". Set it to a value that HikariCP takes.
					validationTimeout=10 | 'nexs.db.pool.hikari.validationTimeout' is refused by HikariCP: validationTimeout cannot be less than 250ms. Set it to a value that HikariCP takes.
					transactionIsolation=FOO | 'nexs.db.pool.hikari.transactionIsolation' is refused by HikariCP: Invalid transaction isolation value: FOO. Set it to a value that HikariCP takes.
					""")
	void bindWhenPropertyOfHikariCannotBeUsedNamesTheKey(String property, String message) {
		this.runner.withPropertyValues("nexs.db.pool.hikari." + property)
			.run((context) -> assertFails(context.getStartupFailure(), message));
	}

	@ParameterizedTest
	@ValueSource(strings = { "autoCommit=FALSE", "auto-commit=true", "maximumPoolSize=7", "connectionTimeout=2s",
			"transactionIsolation=TRANSACTION_REPEATABLE_READ", "schema=sales", "connection-init-sql=select 1",
			"password=Pl4nted", "dataSource.anything=1" })
	void bindWhenPropertyOfHikariCanBeUsedAcceptsIt(String property) {
		this.runner.withPropertyValues("nexs.db.pool.hikari." + property)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					weight=-1 | 'nexs.db.replicas[1].weight' is -1, which is not between 0 and 1000. Set it to a whole number between 0 (a reserve) and 1000.
					weight=1001 | 'nexs.db.replicas[1].weight' is 1001, which is not between 0 and 1000. Set it to a whole number between 0 (a reserve) and 1000.
					id=-x | 'nexs.db.replicas[1].id' is not usable as the name of a node. Begin it with a letter or a digit and go on with letters, digits, '.', '_' and '-'.
					id=a b | 'nexs.db.replicas[1].id' is not usable as the name of a node. Begin it with a letter or a digit and go on with letters, digits, '.', '_' and '-'.
					id=cluster | 'nexs.db.replicas[1].id' is 'cluster', which stands for the whole. Use another name.
					id=safety | 'nexs.db.replicas[1].id' is 'safety', which stands for the safety monitor. Use another name.
					id=deep | 'nexs.db.replicas[1].id' is 'deep', which stands for the deep checks. Use another name.
					id=none | 'nexs.db.replicas[1].id' is 'none', which stands for no node. Use another name.
					id=east | 'nexs.db.replicas[1].id' is 'east', as is 'nexs.db.replicas[0].id'. Give each node an id of its own.
					""")
	void bindWhenReplicaBreaksARuleNamesTheKey(String property, String message) {
		this.runner
			.withPropertyValues("nexs.db.replicas[0].id=east", "nexs.db.replicas[0].dsn=postgres://h1",
					"nexs.db.replicas[1].dsn=postgres://h2", "nexs.db.replicas[1]." + property)
			.run((context) -> assertFails(context.getStartupFailure(), message));
	}

	@ParameterizedTest
	@ValueSource(strings = { "nexs.db.failover.max-waiting=0", "nexs.db.pool.max-conns=0", "nexs.db.pool.max-conns=-3",
			"nexs.db.pool.min-conns=-1", "nexs.db.pool.instances=0", "nexs.db.pool.warm-up.connections=-1",
			"nexs.db.pool.warm-up.queries=select 1, ,select 2", "nexs.db.read.max-fallback-conns=-1",
			"nexs.db.monitor.failure-threshold=0", "nexs.db.monitor.success-threshold=0",
			"nexs.db.health.saturation-threshold=1.1", "nexs.db.metrics.query-buckets=", "nexs.db.embedded.replicas=9",
			"nexs.db.embedded.replicas=-1" })
	void bindWhenValueIsOutOfRangeFailsValidation(String property) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(context).getFailure().rootCause().isInstanceOf(BindValidationException.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "nexs.db.pool.max-conn-lifetime=0", "nexs.db.pool.max-conn-idle-time=0",
			"nexs.db.pool.socket-timeout=0", "nexs.db.pool.keepalive-time=0", "nexs.db.pool.drain-timeout=0",
			"nexs.db.pool.leak-detection-threshold=2s", "nexs.db.read.max-lag-bytes=0", "nexs.db.pool.min-conns=0",
			"nexs.db.read.max-fallback-conns=0", "nexs.db.health.saturation-threshold=1",
			"nexs.db.read.preference=nearest", "nexs.db.read.balancer=least-connections",
			"nexs.db.failover.on-conflict=refuse", "nexs.db.health.no-primary=degraded",
			"nexs.db.pool.warm-up.on-failure=fail", "nexs.db.server.interval=100ms", "nexs.db.safety.interval=100ms",
			"nexs.db.safety.held-too-long=0", "nexs.db.safety.held-too-long=100ms",
			"nexs.db.safety.idle-in-transaction=0", "nexs.db.safety.blocked=0", "nexs.db.safety.degraded-for=0",
			"nexs.db.safety.stacks=never", "nexs.db.safety.stacks=always", "nexs.db.health.deep=true",
			"nexs.db.health.max-slot-wal=0", "nexs.db.health.connection-headroom=0",
			"nexs.db.health.connection-headroom=1" })
	void bindWhenValueIsAtTheLimitIsAccepted(String property) {
		this.runner.withPropertyValues(property).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void bindWhenDeepChecksHaveNoFiguresFails() {
		this.runner.withPropertyValues("nexs.db.health.deep=true", "nexs.db.server.enabled=false")
			.run((context) -> assertFails(context.getStartupFailure(),
					"'nexs.db.health.deep' is true, but 'nexs.db.server.enabled' is false, so there are no figures to"
							+ " judge. Set one of the two to the other value."));
	}

	@Test
	void bindWhenAWriteWouldBeToldByNobodyFails() {
		this.runner.withPropertyValues("nexs.db.health.write-probe=true")
			.run((context) -> assertFails(context.getStartupFailure(),
					"'nexs.db.health.write-probe' is true, but 'nexs.db.health.deep' is false, so nobody would tell what"
							+ " becomes of the write. Set one of the two to the other value."));
	}

	@Test
	void toStringHasNoSecrets() {
		this.runner
			.withPropertyValues("nexs.db.dsn=postgres://app:Pl4nted@h1/db", "nexs.db.replica-dsn=Pl4nted",
					"nexs.db.password=Pl4nted", "nexs.db.username=app", "nexs.db.replicas[0].id=east",
					"nexs.db.replicas[0].dsn=postgres://app:Pl4nted@h2/db",
					"nexs.db.pool.driver-properties.sslpassword=Pl4nted", "nexs.db.pool.hikari.password=Pl4nted")
			.run((context) -> assertThat(context.getBean(NexsDbProperties.class).toString()).doesNotContain("Pl4nted")
				.contains("username=app", "id=east", "sslpassword", "maxConns=10", "password=***"));
	}

	@Test
	void sessionStateWhenBehindPgBouncerIsRefused() {
		this.runner
			.withPropertyValues("nexs.db.pgbouncer=true",
					"nexs.db.pool.hikari.transactionIsolation=TRANSACTION_SERIALIZABLE")
			.run((context) -> assertFails(context.getStartupFailure(),
					"'nexs.db.pool.hikari.transactionIsolation' sets something for a session, which PgBouncer lends to"
							+ " others. Remove it, and set it in the server: ALTER ROLE ... SET or ALTER DATABASE ..."
							+ " SET."));
		this.runner.withPropertyValues("nexs.db.pgbouncer=true", "nexs.db.pool.driver-properties.readOnlyMode=always")
			.run((context) -> assertFails(context.getStartupFailure(),
					"'nexs.db.pool.driver-properties.readOnlyMode' is 'always', which makes a session read-only, and"
							+ " PgBouncer lends it to others. Remove it; read-only transactions are said to the server"
							+ " without it."));
		this.runner.withPropertyValues("nexs.db.pool.hikari.transactionIsolation=TRANSACTION_SERIALIZABLE")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private static void assertFails(Throwable failure, String message) {
		assertThat(failure).isNotNull();
		assertThat(NestedExceptionUtils.getMostSpecificCause(failure)).isInstanceOf(InvalidSettingException.class)
			.hasMessage(message);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(NexsDbProperties.class)
	static class PropertiesConfiguration {

	}

}
