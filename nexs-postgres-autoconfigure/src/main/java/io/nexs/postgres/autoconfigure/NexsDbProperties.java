package io.nexs.postgres.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.nexs.postgres.routing.BalancerKind;
import io.nexs.postgres.routing.ReadPreference;
import io.nexs.postgres.safety.StackPolicy;
import io.nexs.postgres.transaction.MarkerTable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Configuration under {@code nexs.db}. Immutable; no secret in {@link #toString()}.
 *
 * @param profile Set of values for keys of 'nexs.db.pool' and 'nexs.db.retry' that are
 * not set.
 * @param dsn Servers of the cluster, user, password and database, as a postgres:// URI or
 * a jdbc:postgresql:// URL with one host or several. Roles are asked from the servers.
 * @param replicaDsn Further servers of the cluster, in the same form. What it does not
 * say is taken from 'nexs.db.dsn'.
 * @param username User to log in with where a DSN names none.
 * @param password Password to log in with where a DSN has none.
 * @param replicas Further servers of the cluster, one by one, each with id, dsn, weight,
 * zone and tags. Without 'nexs.db.dsn' these are all servers, and what one does not say
 * is taken from the first that names a user.
 * @param pgbouncer Whether a PgBouncer with pool_mode=transaction stands in front of each
 * server.
 * @param pool Connections of each node.
 * @param read Where reads go.
 * @param monitor How nodes are watched.
 * @param startup What the application waits for when it starts.
 * @param failover What happens when the primary changes.
 * @param transaction What becomes of a COMMIT that is lost.
 * @param retry Which transactions are run again, and when.
 * @param server What is asked of the servers for meters and health.
 * @param safety What is looked for that endangers the application.
 * @param health What the health endpoint says.
 * @param metrics What is measured.
 * @param embedded Cluster started with the application for development and tests.
 */
@ConfigurationProperties("nexs.db")
@Validated
public record NexsDbProperties(@DefaultValue("default") NexsDbProfile profile, @Nullable String dsn,
		@Nullable String replicaDsn, @Nullable String username, @Nullable String password,
		@DefaultValue List<Replica> replicas, @DefaultValue("false") boolean pgbouncer, @DefaultValue @Valid Pool pool,
		@DefaultValue @Valid Read read, @DefaultValue @Valid Monitor monitor, @DefaultValue Startup startup,
		@DefaultValue @Valid Failover failover, @DefaultValue Transaction transaction, @DefaultValue Retry retry,
		@DefaultValue Server server, @DefaultValue Safety safety, @DefaultValue @Valid Health health,
		@DefaultValue @Valid Metrics metrics, @DefaultValue @Valid Embedded embedded) {

	public NexsDbProperties {
		replicas = List.copyOf(replicas);
		PropertyRules.replicas(replicas);
		PropertyRules.longEnoughToFollow(failover.waitTimeout(), monitor);
		PropertyRules.longEnoughToAnswer(failover.lostAfter(), monitor);
		PropertyRules.figuresForDeepChecks(health, server);
		PropertyRules.serversForTheWarmUp(startup, pool);
		if (pgbouncer) {
			PropertyRules.noSessionState(pool);
			PoolRules.noPreparing(pool.statements());
		}
	}

	@Override
	public String toString() {
		return "NexsDbProperties[profile=" + this.profile + ", dsn=" + redacted(this.dsn) + ", replicaDsn="
				+ redacted(this.replicaDsn) + ", username=" + this.username + ", password=" + redacted(this.password)
				+ ", replicas=" + this.replicas + ", pgbouncer=" + this.pgbouncer + ", pool=" + this.pool + ", read="
				+ this.read + ", monitor=" + this.monitor + ", startup=" + this.startup + ", failover=" + this.failover
				+ ", transaction=" + this.transaction + ", retry=" + this.retry + ", server=" + this.server
				+ ", safety=" + this.safety + ", health=" + this.health + ", metrics=" + this.metrics + ", embedded="
				+ this.embedded + "]";
	}

	private static @Nullable String redacted(@Nullable String secret) {
		return (secret != null) ? "***" : null;
	}

	/**
	 * One server of the cluster. Role and status are asked from it.
	 *
	 * @param id Name of the node in keys, logs and meters.
	 * @param dsn Server; what it does not say is taken from 'nexs.db.dsn'. It may name
	 * several hosts where there is no id.
	 * @param weight Share of reads among nodes, 0 to 1000, for the balancers 'weighted'
	 * and 'least-connections'; 0 for a reserve.
	 * @param zone Zone the server stands in.
	 * @param tags Labels of the server.
	 */
	public record Replica(@Nullable String id, @Nullable String dsn, @DefaultValue("1") int weight,
			@Nullable String zone, @DefaultValue Set<String> tags) {

		public Replica {
			tags = Set.copyOf(tags);
		}

		@Override
		public String toString() {
			return "Replica[id=" + this.id + ", dsn=" + redacted(this.dsn) + ", weight=" + this.weight + ", zone="
					+ this.zone + ", tags=" + this.tags + "]";
		}

	}

	/**
	 * Connections of each node; one HikariCP pool per node.
	 *
	 * @param maxConns Connections to each node at most.
	 * @param minConns Connections to each node that are kept open while idle.
	 * @param maxConnLifetime Time after which a connection is replaced; 0 for never.
	 * @param maxConnIdleTime Time after which an idle connection above the minimum is
	 * closed; 0 for never.
	 * @param connectionTimeout Time a caller waits for a connection of the pool.
	 * @param connectTimeout Time the TCP connect may take.
	 * @param loginTimeout Time connect, TLS and authentication may take together.
	 * @param socketTimeout Time the server may be silent during a statement before the
	 * connection is given up; 0 for no limit. Longer statements need a longer time.
	 * @param validationTimeout Time the check of an idle connection may take, cut to
	 * 'nexs.db.pool.connection-timeout'.
	 * @param keepaliveTime Interval at which idle connections are checked; 0 for never.
	 * @param leakDetectionThreshold Time after which a borrowed connection is logged as
	 * leaked; 0 for never.
	 * @param drainTimeout Time connections in use have to be given back at shutdown.
	 * @param warmUp Work done on a pool before it takes traffic.
	 * @param hikari Further properties of HikariCP, by its names.
	 * @param driverProperties Further properties of pgjdbc, by its names.
	 * @param instances Instances of this application that run at one time, for the
	 * comparison of all their pools with what a server has room for.
	 * @param adaptive Whether and how the maximum follows the load.
	 * @param statements What is kept of prepared statements.
	 */
	public record Pool(@DefaultValue("10") @Min(value = 1, message = "must be at least 1 connection") int maxConns,
			@Min(value = 0, message = "must be at least 0 connections") @Nullable Integer minConns,
			@DefaultValue("30m") Duration maxConnLifetime, @DefaultValue("10m") Duration maxConnIdleTime,
			@DefaultValue("30s") Duration connectionTimeout, @DefaultValue("5s") Duration connectTimeout,
			@DefaultValue("10s") Duration loginTimeout, @DefaultValue("5m") Duration socketTimeout,
			@DefaultValue("5s") Duration validationTimeout, @DefaultValue("2m") Duration keepaliveTime,
			@DefaultValue("0s") Duration leakDetectionThreshold, @DefaultValue("20s") Duration drainTimeout,
			@DefaultValue @Valid WarmUp warmUp, @DefaultValue Map<String, String> hikari,
			@DefaultValue Map<String, String> driverProperties,
			@DefaultValue("1") @Min(value = 1, message = "must be at least 1 instance") int instances,
			@DefaultValue Adaptive adaptive, @DefaultValue Statements statements) {

		private static final int DEFAULT_MIN_CONNS = 2;

		public Pool {
			if (minConns == null) {
				minConns = Math.max(0, Math.min(DEFAULT_MIN_CONNS, maxConns));
			}
			hikari = PropertyRules.inCamelCase(hikari);
			HikariProperties.check(hikari);
			driverProperties = Map.copyOf(driverProperties);
			PropertyRules.notMore("nexs.db.pool.min-conns", minConns, "nexs.db.pool.max-conns", Math.max(0, maxConns));
			if (warmUp.connections() != null) {
				PropertyRules.notMore("nexs.db.pool.warm-up.connections", warmUp.connections(),
						"nexs.db.pool.max-conns", maxConns);
			}
			PropertyRules.zeroOrAtLeast("nexs.db.pool.max-conn-lifetime", maxConnLifetime, Duration.ofSeconds(30));
			PropertyRules.zeroOrAtLeast("nexs.db.pool.max-conn-idle-time", maxConnIdleTime, Duration.ofSeconds(10));
			PropertyRules.atLeast("nexs.db.pool.connection-timeout", connectionTimeout, Duration.ofMillis(250));
			PropertyRules.measurableByTheDriver("nexs.db.pool.connect-timeout", connectTimeout);
			PropertyRules.measurableByTheDriver("nexs.db.pool.login-timeout", loginTimeout);
			PropertyRules.measurableByTheDriver("nexs.db.pool.socket-timeout", socketTimeout);
			PropertyRules.positive("nexs.db.pool.connect-timeout", connectTimeout);
			PropertyRules.positive("nexs.db.pool.login-timeout", loginTimeout);
			PropertyRules.zeroOrAtLeast("nexs.db.pool.socket-timeout", socketTimeout, Duration.ofSeconds(1));
			PropertyRules.atLeast("nexs.db.pool.validation-timeout", validationTimeout, Duration.ofMillis(250));
			if (validationTimeout.compareTo(connectionTimeout) > 0) {
				validationTimeout = connectionTimeout;
			}
			PropertyRules.zeroOrAtLeast("nexs.db.pool.keepalive-time", keepaliveTime, Duration.ofSeconds(30));
			PropertyRules.zeroOrAtLeast("nexs.db.pool.leak-detection-threshold", leakDetectionThreshold,
					Duration.ofSeconds(2));
			PropertyRules.notNegative("nexs.db.pool.drain-timeout", drainTimeout);
			PoolRules.adaptive(adaptive, maxConns, minConns);
		}

		/**
		 * Connections to each node that are kept open while idle: 2, or the maximum where
		 * that is less, when not set.
		 * @return the number, never more than {@link #maxConns()}
		 */
		@Override
		public Integer minConns() {
			return Objects.requireNonNull(this.minConns);
		}

		/**
		 * Connections opened to each node before it takes traffic: as many as are kept
		 * open while idle when not set.
		 * @return the number, never more than {@link #maxConns()}
		 */
		public int warmUpConnections() {
			Integer connections = this.warmUp.connections();
			return (connections != null) ? connections : minConns();
		}

		/**
		 * All values but those of {@link #hikari()} and {@link #driverProperties()},
		 * which may be secret.
		 */
		@Override
		public String toString() {
			return "Pool[maxConns=" + this.maxConns + ", minConns=" + this.minConns + ", maxConnLifetime="
					+ this.maxConnLifetime + ", maxConnIdleTime=" + this.maxConnIdleTime + ", connectionTimeout="
					+ this.connectionTimeout + ", connectTimeout=" + this.connectTimeout + ", loginTimeout="
					+ this.loginTimeout + ", socketTimeout=" + this.socketTimeout + ", validationTimeout="
					+ this.validationTimeout + ", keepaliveTime=" + this.keepaliveTime + ", leakDetectionThreshold="
					+ this.leakDetectionThreshold + ", drainTimeout=" + this.drainTimeout + ", warmUp=" + this.warmUp
					+ ", hikari=" + this.hikari.keySet() + ", driverProperties=" + this.driverProperties.keySet()
					+ ", instances=" + this.instances + ", adaptive=" + this.adaptive + ", statements="
					+ this.statements + "]";
		}

	}

	/**
	 * Whether and how the maximum of a pool follows the load.
	 *
	 * @param enabled Whether it does.
	 * @param lowerBound Connections below which the maximum does not fall; without it
	 * 'nexs.db.pool.min-conns', or 1 where that is 0.
	 * @param upperBound Connections above which the maximum does not rise; without it
	 * 'nexs.db.pool.max-conns'.
	 * @param interval Time between two looks at the pools.
	 * @param deadBand Share of a pool that may be unused before it shrinks, from 0.1 to
	 * 0.9.
	 * @param shrinkAfter Time for which more than that has to be unused before a pool
	 * shrinks by a tenth.
	 */
	public record Adaptive(@DefaultValue("false") boolean enabled, @Nullable Integer lowerBound,
			@Nullable Integer upperBound, @DefaultValue("1s") Duration interval, @DefaultValue("0.5") double deadBand,
			@DefaultValue("1m") Duration shrinkAfter) {

	}

	/**
	 * What is kept of prepared statements, on each connection.
	 *
	 * @param prepareThreshold Executions of a statement after which it is prepared on the
	 * server; 0 for never.
	 * @param cacheQueries Statements the driver keeps.
	 * @param cacheSize Memory for the statements the driver keeps, in whole megabytes.
	 * @param planCacheMode Whether the server plans a prepared statement anew for each
	 * execution.
	 */
	public record Statements(@Nullable Integer prepareThreshold, @Nullable Integer cacheQueries,
			@Nullable DataSize cacheSize, @Nullable PlanCacheMode planCacheMode) {

		public Statements {
			PoolRules.statements(prepareThreshold, cacheQueries, cacheSize);
		}

	}

	/**
	 * Whether the server plans a prepared statement anew for each execution.
	 */
	public enum PlanCacheMode {

		/** For the first five executions, and then where it is cheaper. */
		AUTO,

		/** Never: one plan for all parameters. */
		FORCE_GENERIC_PLAN,

		/** Always. */
		FORCE_CUSTOM_PLAN

	}

	/**
	 * Work done on a pool before it takes traffic.
	 *
	 * @param connections Connections opened to each node before the application is ready.
	 * @param queries Statements run on each of these connections, for example to fill
	 * caches.
	 * @param onFailure What to do when it fails on a node.
	 * @param timeout Time the application waits for it in all.
	 */
	public record WarmUp(@Min(value = 0, message = "must be at least 0 connections") @Nullable Integer connections,
			@DefaultValue List<@NotBlank String> queries, @DefaultValue("warn") OnFailure onFailure,
			@DefaultValue("10s") Duration timeout) {

		public WarmUp {
			queries = List.copyOf(queries);
			PropertyRules.positive("nexs.db.pool.warm-up.timeout", timeout);
		}

	}

	/**
	 * What to do when the warm-up fails.
	 */
	public enum OnFailure {

		/** Log a warning and go on. */
		WARN,

		/** Do not start. */
		FAIL

	}

	/**
	 * Where reads go.
	 *
	 * @param preference Where a read-only transaction goes.
	 * @param balancer How one of several nodes that may serve a read is chosen.
	 * @param zone Zone of this application; nodes in it are preferred for reads.
	 * @param maxLag Time a replica may lag behind the primary and still serve reads. It
	 * is left out when it exceeds this and 'nexs.db.read.max-lag-bytes' too.
	 * @param maxLagBytes Amount of WAL a replica may lag behind the primary and still
	 * serve reads. It is left out when it exceeds this and 'nexs.db.read.max-lag' too.
	 * @param maxFallbackConns Connections of the primary that reads may use at a time
	 * while no replica serves them. Without it there is no limit.
	 */
	public record Read(@DefaultValue("secondary-preferred") ReadPreference preference,
			@DefaultValue("round-robin") BalancerKind balancer, @Nullable String zone,
			@DefaultValue("10s") Duration maxLag, @DefaultValue("16KB") DataSize maxLagBytes,
			@Min(value = 0, message = "must be at least 0 connections") @Nullable Integer maxFallbackConns) {

		public Read {
			PropertyRules.positive("nexs.db.read.max-lag", maxLag);
			PropertyRules.notNegative("nexs.db.read.max-lag-bytes", maxLagBytes);
		}

	}

	/**
	 * How nodes are watched.
	 *
	 * @param interval Time between two probes of a node while all is well.
	 * @param fastInterval Time between two probes from the first sign of trouble on.
	 * @param timeout Time a probe may take.
	 * @param failureThreshold Failed probes in a row after which a node is unhealthy.
	 * @param successThreshold Successful probes in a row after which a recovering node is
	 * healthy.
	 * @param database Database the probes ask for. Behind PgBouncer one that no
	 * application uses keeps probes from waiting for a server connection.
	 */
	public record Monitor(@DefaultValue("1s") Duration interval, @DefaultValue("25ms") Duration fastInterval,
			@DefaultValue("1s") Duration timeout,
			@DefaultValue("3") @Min(value = 1, message = "must be at least 1 probe") int failureThreshold,
			@DefaultValue("2") @Min(value = 1, message = "must be at least 1 probe") int successThreshold,
			@Nullable String database) {

		public Monitor {
			PropertyRules.positive("nexs.db.monitor.interval", interval);
			PropertyRules.positive("nexs.db.monitor.fast-interval", fastInterval);
			PropertyRules.positive("nexs.db.monitor.timeout", timeout);
			PropertyRules.notMore("nexs.db.monitor.fast-interval", fastInterval, "nexs.db.monitor.interval", interval);
		}

	}

	/**
	 * What the application waits for when it starts.
	 *
	 * @param mode What to do while the servers cannot be used.
	 * @param timeout Time the start waits for the servers at most.
	 * @param require What has to be there before the application starts.
	 */
	public record Startup(@DefaultValue("wait") StartupMode mode, @DefaultValue("60s") Duration timeout,
			@DefaultValue("primary") StartupRequirement require) {

		public Startup {
			PropertyRules.positive("nexs.db.startup.timeout", timeout);
		}

	}

	/**
	 * What to do at the start while the servers cannot be used.
	 */
	public enum StartupMode {

		/** Wait for them, unless that is in vain. */
		WAIT,

		/** Look once at each, and do not start. */
		FAIL_FAST,

		/** Start, and connect in the background. */
		LAZY

	}

	/**
	 * What has to be there before the application starts.
	 */
	public enum StartupRequirement {

		/** A primary. */
		PRIMARY,

		/** Any node, for an application that goes on with reads. */
		NODE

	}

	/**
	 * What happens when the primary changes.
	 *
	 * @param onConflict What to do while two nodes take writes on different timelines.
	 * @param lostAfter Time without an answer on any connection of a node after which all
	 * its connections are aborted, also without another primary.
	 * @param waitTimeout Time a write that has not begun waits for a primary.
	 * @param maxWaiting Writes that wait for a primary at one time; those past it fail at
	 * once.
	 */
	public record Failover(@DefaultValue("newest-timeline") OnConflict onConflict,
			@DefaultValue("30s") Duration lostAfter, @DefaultValue("30s") Duration waitTimeout,
			@DefaultValue("10000") @Min(value = 1, message = "must be at least 1 write") int maxWaiting) {

	}

	/**
	 * What to do while two nodes take writes on different timelines.
	 */
	public enum OnConflict {

		/** Write to the node on the newest timeline, and fence the others. */
		NEWEST_TIMELINE,

		/** Refuse writes until one node is left. */
		REFUSE

	}

	/**
	 * What becomes of a COMMIT that is lost.
	 *
	 * @param outcome How it is found out whether a lost COMMIT took effect.
	 * @param markerTable Table in which each transaction that wrote something leaves a
	 * row, with or without a schema.
	 * @param markerRetention Time after which these rows are deleted.
	 * @param resolveTimeout Time the search for the outcome of a lost COMMIT may take,
	 * with the wait for a primary.
	 */
	public record Transaction(@DefaultValue("off") Outcome outcome,
			@DefaultValue(MarkerTable.DEFAULT_NAME) String markerTable, @DefaultValue("1h") Duration markerRetention,
			@DefaultValue("30s") Duration resolveTimeout) {

		public Transaction {
			PropertyRules.markerTable("nexs.db.transaction.marker-table", markerTable);
			PropertyRules.atLeast("nexs.db.transaction.marker-retention", markerRetention, Duration.ofMinutes(10));
			PropertyRules.positive("nexs.db.transaction.resolve-timeout", resolveTimeout);
			PropertyRules.notMore("nexs.db.transaction.resolve-timeout", resolveTimeout,
					"nexs.db.transaction.marker-retention", markerRetention);
		}

	}

	/**
	 * Which transactions are run again, and when. Only those that are proven to be rolled
	 * back.
	 *
	 * @param allTransactions Whether every method whose @Transactional begins a
	 * transaction is run again as if it had @RetryTransaction.
	 * @param lockNotAvailable Whether a lock that was not had in time (55P03) is a reason
	 * to run a transaction again.
	 * @param maxRetries Runs of a transaction after the first one at most.
	 * @param delay Pause before the first retry. There is none where a failover is the
	 * reason, since the retry waits for a primary.
	 * @param maxDelay Longest pause before a retry, after jitter.
	 * @param multiplier Factor from one pause to the next.
	 * @param jitter Share of a pause by which it varies up or down, 0 to 1.
	 * @param timeout Time since the beginning of the first run after which no further one
	 * is begun; 0 for no limit.
	 */
	public record Retry(@DefaultValue("false") boolean allTransactions, @DefaultValue("false") boolean lockNotAvailable,
			@DefaultValue("3") int maxRetries, @DefaultValue("100ms") Duration delay,
			@DefaultValue("5s") Duration maxDelay, @DefaultValue("2") double multiplier,
			@DefaultValue("0.5") double jitter, @DefaultValue("1m") Duration timeout) {

		public Retry {
			PropertyRules.atLeast("nexs.db.retry.max-retries", maxRetries, 1);
			PropertyRules.notNegative("nexs.db.retry.delay", delay);
			PropertyRules.notMore("nexs.db.retry.delay", delay, "nexs.db.retry.max-delay", maxDelay);
			PropertyRules.between("nexs.db.retry.multiplier", multiplier, 1, 100);
			PropertyRules.between("nexs.db.retry.jitter", jitter, 0, 1);
			PropertyRules.notNegative("nexs.db.retry.timeout", timeout);
			if (!timeout.isZero() && timeout.compareTo(delay) <= 0) {
				throw PropertyRules.neverRetries("nexs.db.retry.timeout", timeout, delay);
			}
		}

	}

	/**
	 * How it is found out whether a lost COMMIT took effect.
	 */
	public enum Outcome {

		/** Not at all: the caller is told that it is unknown. */
		OFF,

		/** By a row that is written with each COMMIT. */
		MARKER

	}

	/**
	 * What the health endpoint says.
	 *
	 * @param noPrimary Status of the cluster while it has no primary.
	 * @param saturationThreshold Share of the connections of a pool, 0 to 1, from which
	 * the node is shown as saturated.
	 * @param deep Whether the figures of the servers are judged too. Needs
	 * 'nexs.db.server.enabled'.
	 * @param maxTransactionAge Age of the oldest transaction of a server above which the
	 * deep checks say degraded.
	 * @param maxSlotWal Amount of WAL an inactive replication slot may retain before the
	 * deep checks say degraded.
	 * @param connectionHeadroom Share of the connections of a server, 0 to 1, that are
	 * free; below it the deep checks say degraded.
	 * @param writeProbe Whether the deep checks have the primary commit an empty message
	 * with each reading of its figures. Needs 'nexs.db.health.deep'.
	 */
	public record Health(@DefaultValue("down") NoPrimary noPrimary,
			@DefaultValue("0.9") @DecimalMin("0") @DecimalMax("1") double saturationThreshold,
			@DefaultValue("false") boolean deep, @DefaultValue("1h") Duration maxTransactionAge,
			@DefaultValue("1GB") DataSize maxSlotWal, @DefaultValue("0.1") double connectionHeadroom,
			@DefaultValue("false") boolean writeProbe) {

		public Health {
			PropertyRules.positive("nexs.db.health.max-transaction-age", maxTransactionAge);
			PropertyRules.notNegative("nexs.db.health.max-slot-wal", maxSlotWal);
			PropertyRules.between("nexs.db.health.connection-headroom", connectionHeadroom, 0, 1);
		}

	}

	/**
	 * What is asked of the servers for meters and health: one query per node and
	 * interval, on a connection of its own.
	 *
	 * @param enabled Whether the servers are asked.
	 * @param interval Time between two questions to one server.
	 */
	public record Server(@DefaultValue("true") boolean enabled, @DefaultValue("15s") Duration interval) {

		public Server {
			PropertyRules.atLeast("nexs.db.server.interval", interval, Duration.ofMillis(100));
		}

	}

	/**
	 * What is looked for that endangers the application. Nothing is refused.
	 *
	 * @param enabled Whether it is looked for.
	 * @param interval Time between two looks at the connections that are lent and at the
	 * threads of this process.
	 * @param heldTooLong Time for which a connection may be held; 0 for no limit.
	 * @param stacks When the stack is taken that takes a connection.
	 * @param idleInTransaction Time for which a session with the application name of this
	 * application may be idle in a transaction; 0 for no limit.
	 * @param blocked Time for which a session of a server may wait for a lock; 0 for no
	 * limit.
	 * @param degradedFor Time for which health is degraded after a deadlock in a server
	 * or the use of one connection by two threads.
	 */
	public record Safety(@DefaultValue("true") boolean enabled, @DefaultValue("5s") Duration interval,
			@DefaultValue("60s") Duration heldTooLong, @DefaultValue("after-first") StackPolicy stacks,
			@DefaultValue("60s") Duration idleInTransaction, @DefaultValue("10s") Duration blocked,
			@DefaultValue("5m") Duration degradedFor) {

		public Safety {
			PropertyRules.atLeast("nexs.db.safety.interval", interval, Duration.ofMillis(100));
			PropertyRules.zeroOrAtLeast("nexs.db.safety.held-too-long", heldTooLong, Duration.ofMillis(100));
			PropertyRules.zeroOrAtLeast("nexs.db.safety.idle-in-transaction", idleInTransaction,
					Duration.ofMillis(100));
			PropertyRules.zeroOrAtLeast("nexs.db.safety.blocked", blocked, Duration.ofMillis(100));
			PropertyRules.notNegative("nexs.db.safety.degraded-for", degradedFor);
		}

	}

	/**
	 * Status of the cluster while it has no primary.
	 */
	public enum NoPrimary {

		/** Down: the application takes no traffic. */
		DOWN,

		/** Degraded: the application goes on with reads. */
		DEGRADED

	}

	/**
	 * What is measured.
	 *
	 * @param enabled Whether meters are registered.
	 * @param queryBuckets Upper bounds of the buckets of the histogram of query
	 * durations.
	 */
	public record Metrics(@DefaultValue("true") boolean enabled,
			@DefaultValue("1ms,5ms,10ms,25ms,50ms,100ms,250ms,500ms,1s,5s,10s") @NotEmpty List<Duration> queryBuckets) {

		public Metrics {
			queryBuckets = List.copyOf(queryBuckets);
			PropertyRules.ascending("nexs.db.metrics.query-buckets", queryBuckets);
		}

	}

	/**
	 * Cluster started with the application for development and tests.
	 *
	 * @param enabled Whether a cluster is started when no server is configured and
	 * nexs-postgres-embedded is on the class path.
	 * @param replicas Streaming replicas of the primary.
	 * @param supervised Whether the replica that is most advanced is promoted when the
	 * primary dies.
	 * @param synchronous Whether a COMMIT waits until one replica has it.
	 * @param replayDelay Time the replicas wait before they replay what they received.
	 */
	public record Embedded(@DefaultValue("true") boolean enabled,
			@DefaultValue("2") @Min(value = 0, message = "must be at least 0 replicas") @Max(value = 8,
					message = "must be at most 8 replicas") int replicas,
			@DefaultValue("false") boolean supervised, @DefaultValue("false") boolean synchronous,
			@DefaultValue("0s") Duration replayDelay) {

		public Embedded {
			if (synchronous && replicas == 0) {
				throw new InvalidSettingException("nexs.db.embedded.synchronous",
						"is true, but nexs.db.embedded.replicas is 0, so no COMMIT would ever return",
						"Set nexs.db.embedded.replicas to at least 1.");
			}
			PropertyRules.notNegative("nexs.db.embedded.replay-delay", replayDelay);
		}

	}

}
