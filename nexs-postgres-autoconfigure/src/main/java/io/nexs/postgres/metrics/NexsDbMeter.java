package io.nexs.postgres.metrics;

import java.util.List;

import io.micrometer.core.instrument.Meter;
import org.jspecify.annotations.Nullable;

/**
 * All meters of the starter. The table in {@code docs/metrics.md} is made of this enum.
 * Every tag has few values: node ids, and names of enums in lower case.
 */
public enum NexsDbMeter {

	/**
	 * Statements.
	 */
	QUERY_DURATION("db.query.duration", Meter.Type.TIMER, "seconds", "Time until the driver returned from a statement.",
			"node", "role", "operation", "outcome"),

	/**
	 * Connections in use.
	 */
	CONNECTIONS_ACTIVE("db.connections.active", Meter.Type.GAUGE, null,
			"Connections lent to the application; 0 for a role the node is not in.", "node", "role"),

	/**
	 * Connections not in use.
	 */
	CONNECTIONS_IDLE("db.connections.idle", Meter.Type.GAUGE, null,
			"Open connections that are not lent; 0 for a role the node is not in.", "node", "role"),

	/**
	 * Failed statements.
	 */
	ERRORS("db.errors", Meter.Type.COUNTER, null,
			"Statements, COMMITs and borrows that failed, by kind of failure and class of the SQLSTATE.", "node",
			"category", "sqlstate"),

	/**
	 * Whether a node takes work.
	 */
	NODE_UP("nexs.db.node.up", Meter.Type.GAUGE, null, "1 while the node takes work, else 0.", "node"),

	/**
	 * Role of a node.
	 */
	NODE_ROLE("nexs.db.node.role", Meter.Type.GAUGE, null, "1 for the role the node is in, 0 for the others.", "node",
			"role"),

	/**
	 * Status of a node.
	 */
	NODE_STATUS("nexs.db.node.status", Meter.Type.GAUGE, null, "1 for the status the node is in, 0 for the others.",
			"node", "status"),

	/**
	 * Lag in bytes.
	 */
	LAG_BYTES("nexs.db.lag.bytes", Meter.Type.GAUGE, "bytes",
			"WAL the node has not replayed; 0 on a primary, NaN while unknown.", "node"),

	/**
	 * Lag in time.
	 */
	LAG_SECONDS("nexs.db.lag.seconds", Meter.Type.GAUGE, "seconds",
			"Time for which the primary has been past what the node has replayed; 0 on a primary, NaN while unknown.",
			"node"),

	/**
	 * Round trip of a probe.
	 */
	PROBE_LATENCY("nexs.db.probe.latency", Meter.Type.GAUGE, "seconds",
			"Round trip of the last probe that was answered; NaN before the first one.", "node"),

	/**
	 * Routes.
	 */
	ROUTES("nexs.db.routes", Meter.Type.COUNTER, null, "Routes taken, by reason.", "node", "reason"),

	/**
	 * Routes that are not the preferred ones.
	 */
	FALLBACKS("nexs.db.fallbacks", Meter.Type.COUNTER, null,
			"Reads that went to another role than the read preference names first.", "node", "reason"),

	/**
	 * Borrowed connections.
	 */
	ACQUIRES("nexs.db.acquires", Meter.Type.TIMER, "seconds", "Time a connection was waited for.", "node", "outcome"),

	/**
	 * Repeated statements.
	 */
	REPEATS("nexs.db.repeats", Meter.Type.COUNTER, null, "Statements repeated elsewhere, by the node that failed.",
			"node", "category"),

	/**
	 * Statements ended by a time limit.
	 */
	LIMITS("nexs.db.limits", Meter.Type.COUNTER, null, "Statements ended by a time limit, by its kind.", "node",
			"kind"),

	/**
	 * Transactions.
	 */
	TRANSACTIONS("nexs.db.transactions", Meter.Type.TIMER, "seconds",
			"Time from the first statement of a transaction to its end.", "node", "outcome"),

	/**
	 * Transactions run again.
	 */
	RETRIES("nexs.db.retries", Meter.Type.COUNTER, null, "Transactions run again, by the reason.", "cause"),

	/**
	 * Ends of what had a reason to be run again.
	 */
	RETRY_CALLS("nexs.db.retry.calls", Meter.Type.COUNTER, null,
			"Calls whose transaction had a reason to be run again, by how they ended.", "outcome"),

	/**
	 * Slow statements.
	 */
	SLOW_QUERIES("nexs.db.slow.queries", Meter.Type.COUNTER, null,
			"Statements that took longer than the threshold; with the hook for slow statements.", "node"),

	/**
	 * Size of a pool.
	 */
	POOL_MAX("nexs.db.pool.max", Meter.Type.GAUGE, null, "Connections the pool opens at most.", "node"),

	/**
	 * Threads in the queue of a pool.
	 */
	POOL_WAITING("nexs.db.pool.waiting", Meter.Type.GAUGE, null, "Threads that wait for a connection.", "node"),

	/**
	 * Changes of the bounds of a pool.
	 */
	POOL_RESIZES("nexs.db.pool.resizes", Meter.Type.COUNTER, null,
			"Times the bounds of the pool were changed in the running process.", "node"),

	/**
	 * Waits in vain.
	 */
	POOL_TIMEOUTS("nexs.db.pool.timeouts", Meter.Type.COUNTER, null, "Waits that ended without a connection.", "node"),

	/**
	 * Physical connections.
	 */
	POOL_OPENED("nexs.db.pool.opened", Meter.Type.COUNTER, null, "Physical connections opened.", "node"),

	/**
	 * Changes of the primary.
	 */
	PRIMARY_CHANGES("nexs.db.primary.changes", Meter.Type.COUNTER, null,
			"Times another node, or the same in a new term, became the primary."),

	/**
	 * Presence of a primary.
	 */
	PRIMARY_PRESENT("nexs.db.primary.present", Meter.Type.GAUGE, null, "1 while writes have somewhere to go, else 0."),

	/**
	 * Conflict of primaries.
	 */
	CONFLICT("nexs.db.conflict", Meter.Type.GAUGE, null,
			"1 while several nodes are writable and none of them is used, else 0."),

	/**
	 * Epoch of the topology.
	 */
	EPOCH("nexs.db.epoch", Meter.Type.GAUGE, null, "Number of the topology; grows with each change."),

	/**
	 * Timeline of the newest term.
	 */
	TIMELINE("nexs.db.timeline", Meter.Type.GAUGE, null, "Timeline of the newest term seen; 0 before the first."),

	/**
	 * Whether writes have somewhere to go.
	 */
	FAILOVER_STATE("nexs.db.failover.state", Meter.Type.GAUGE, null, "1 for the state writes are in, 0 for the others.",
			"state"),

	/**
	 * Losses of a primary.
	 */
	FAILOVERS("nexs.db.failovers", Meter.Type.COUNTER, null,
			"Losses of the primary, by result; one that fails may later change or return too.", "result"),

	/**
	 * Where the time of a failover went.
	 */
	FAILOVER_DURATION("nexs.db.failover.duration", Meter.Type.TIMER, "seconds",
			"Time a failover took, by phase; of each loss of the primary that is over.", "phase"),

	/**
	 * Writes without a primary.
	 */
	WRITES_WAITING("nexs.db.writes.waiting", Meter.Type.GAUGE, null,
			"Writes that found no primary and have no connection yet."),

	/**
	 * Writes that waited.
	 */
	WRITES_WAITED("nexs.db.writes.waited", Meter.Type.COUNTER, null, "Writes that found no primary and waited."),

	/**
	 * Writes that waited in vain.
	 */
	WRITES_TIMED_OUT("nexs.db.writes.timed.out", Meter.Type.COUNTER, null, "Writes that waited for a primary in vain."),

	/**
	 * Writes that were not allowed to wait.
	 */
	WRITES_REJECTED("nexs.db.writes.rejected", Meter.Type.COUNTER, null,
			"Writes that found no primary and were refused because too many waited."),

	/**
	 * Deposed primaries.
	 */
	FENCED("nexs.db.fenced", Meter.Type.COUNTER, null, "Times a node was fenced."),

	/**
	 * Uptime of a node.
	 */
	NODE_UPTIME("nexs.db.node.uptime", Meter.Type.GAUGE, "seconds",
			"Time the node has taken work without interruption; 0 while it takes none.", "node"),

	/**
	 * Whether a node is slow.
	 */
	NODE_SLOW("nexs.db.node.slow", Meter.Type.GAUGE, null,
			"1 while the node answers its probes much slower than usual, else 0.", "node"),

	/**
	 * Calls of hooks.
	 */
	HOOK("nexs.db.hook", Meter.Type.TIMER, "seconds",
			"Operations a hook was called for, and the time it took; no _max, and of a hook below 1 us an estimate.",
			"hook", "point", "outcome"),

	/**
	 * Calls of asynchronous hooks that were dropped.
	 */
	HOOK_DROPPED("nexs.db.hook.dropped", Meter.Type.COUNTER, null,
			"Calls of an asynchronous hook that were dropped because its queue was full.", "hook"),

	/**
	 * Uptime of the primary.
	 */
	PRIMARY_UPTIME("nexs.db.primary.uptime", Meter.Type.GAUGE, "seconds",
			"Time for which there has been a primary; 0 while there is none."),

	/**
	 * Borrows that waited.
	 */
	POOL_WAITS("nexs.db.pool.waits", Meter.Type.COUNTER, null, "Borrows that did not get a connection at once.",
			"node"),

	/**
	 * Share of borrows that did not wait.
	 */
	POOL_EFFICIENCY("nexs.db.pool.efficiency", Meter.Type.GAUGE, null,
			"Share of the borrows since the start that got a connection at once; NaN before the first one.", "node"),

	/**
	 * End of the certificate.
	 */
	CERTIFICATE_EXPIRY("nexs.db.certificate.expiry", Meter.Type.GAUGE, "seconds",
			"Time left of the certificate the server showed last; NaN without TLS.", "node"),

	/**
	 * Deadlocks on a server.
	 */
	SERVER_DEADLOCKS("nexs.db.server.deadlocks", Meter.Type.COUNTER, null,
			"Deadlocks in the database since the start, as the server counts them.", "node"),

	/**
	 * Sessions that wait.
	 */
	SERVER_BLOCKED("nexs.db.server.blocked", Meter.Type.GAUGE, null,
			"Sessions of the server that wait for a lock; NaN while unknown.", "node"),

	/**
	 * The oldest transaction.
	 */
	SERVER_OLDEST_TRANSACTION("nexs.db.server.oldest.transaction", Meter.Type.GAUGE, "seconds",
			"Age of the oldest transaction of a client; 0 if there is none, NaN while unknown.", "node"),

	/**
	 * Use of shared buffers.
	 */
	SERVER_CACHE_HIT_RATIO("nexs.db.server.cache.hit.ratio", Meter.Type.GAUGE, null,
			"Share of the blocks of the database found in shared buffers, of the last interval; NaN while unknown.",
			"node"),

	/**
	 * Sessions of the database.
	 */
	SERVER_SESSIONS("nexs.db.server.sessions", Meter.Type.GAUGE, null,
			"Sessions of the database, by state; NaN while unknown.", "node", "state"),

	/**
	 * Connections of the server.
	 */
	SERVER_CONNECTIONS("nexs.db.server.connections", Meter.Type.GAUGE, null,
			"Connections to all databases of the server; NaN while unknown.", "node"),

	/**
	 * Limit of connections of the server.
	 */
	SERVER_CONNECTIONS_MAX("nexs.db.server.connections.max", Meter.Type.GAUGE, null,
			"The server's max_connections; NaN while unknown.", "node"),

	/**
	 * What the safety monitor found.
	 */
	SAFETY_FINDINGS("nexs.db.safety.findings", Meter.Type.COUNTER, null,
			"Findings of the safety monitor, by kind; see safety.", "kind"),

	/**
	 * Whether anything is wrong.
	 */
	SAFETY_DEGRADED("nexs.db.safety.degraded", Meter.Type.GAUGE, null,
			"1 while a finding lasts or has just been made, else 0.");

	private final String meterName;

	private final Meter.Type type;

	private final @Nullable String unit;

	private final String description;

	private final List<String> tags;

	NexsDbMeter(String meterName, Meter.Type type, @Nullable String unit, String description, String... tags) {
		this.meterName = meterName;
		this.type = type;
		this.unit = unit;
		this.description = description;
		this.tags = List.of(tags);
	}

	/**
	 * The name in Micrometer.
	 * @return for example {@code db.query.duration}
	 */
	public String meterName() {
		return this.meterName;
	}

	/**
	 * The name Prometheus shows.
	 * @return for example {@code db_query_duration_seconds}
	 */
	public String prometheusName() {
		String name = this.meterName.replace('.', '_');
		if (this.unit != null && !name.endsWith("_" + this.unit)) {
			name += "_" + this.unit;
		}
		return (this.type == Meter.Type.COUNTER) ? name + "_total" : name;
	}

	/**
	 * The type of the meter.
	 * @return the type in Micrometer
	 */
	public Meter.Type type() {
		return this.type;
	}

	/**
	 * The base unit.
	 * @return for example {@code bytes}, {@code null} for a plain number
	 */
	public @Nullable String unit() {
		return this.unit;
	}

	/**
	 * What is measured.
	 * @return a sentence
	 */
	public String description() {
		return this.description;
	}

	/**
	 * Keys of all tags, always present.
	 * @return the keys in the order of the documentation
	 */
	public List<String> tags() {
		return this.tags;
	}

}
