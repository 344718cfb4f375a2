package io.nexs.postgres.server;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The one query, and what it returned. Each row has a kind, and as many of the other
 * columns as that kind needs. It works on a primary and on a standby, from PostgreSQL 14
 * on, for a role with LOGIN and nothing else; what such a role may not see is null.
 * <p>
 * {@code pg_locks} and {@code pg_blocking_pids} look at the lock manager, which is why
 * the second is asked for those sessions only that the first shows waiting.
 */
final class Reading {

	private static final double MICROS_PER_SECOND = 1e6;

	private static final String QUERY = """
			with sessions as materialized (
			  select pid, datname, state, backend_type, application_name = ? as own,
			    extract(epoch from clock_timestamp() - xact_start) as age,
			    extract(epoch from clock_timestamp() - state_change) as since
			  from pg_stat_activity where pid <> pg_backend_pid()
			), waiting as materialized (
			  select pid, min(locktype || ' ' || mode) as lock,
			    coalesce(extract(epoch from clock_timestamp() - min(waitstart)), 0) as waited
			  from pg_locks where not granted group by pid
			), waits as materialized (
			  select pid, lock, waited, pg_blocking_pids(pid) as blockers
			  from (select * from waiting order by waited desc limit 100) longest
			)
			select 'started' as kind, null::text as name, null::int as pid,
			    extract(epoch from pg_postmaster_start_time())::float8 as x, null::float8 as y,
			    pg_has_role('pg_read_all_stats', 'usage') as yes, null::int[] as pids
			union all select 'connections', null, null, 1 + count(*) filter (where datname is not null),
			    current_setting('max_connections')::float8, null, null from sessions
			union all select 'oldest', null, null, greatest(0,
			    (select max(age) from sessions where backend_type = 'client backend'),
			    (select extract(epoch from clock_timestamp() - min(prepared)) from pg_prepared_xacts)), null, null, null
			union all select 'deadlocks', null, null, deadlocks, null, null, null
			    from pg_stat_database where datname = current_database()
			union all select 'blocks', null, null, blks_hit, blks_read, null, null
			    from pg_stat_database where datname = current_database()
			union all select 'blocked', null, null, count(*), null, null, null from waiting
			union all select 'state', state, null, count(*), null, null, null
			    from sessions where datname = current_database() group by state
			union all select 'wait', lock, pid, waited, null, null, blockers from waits
			union all select 'session', state, pid, since, age, own, null from sessions
			    where pid in (select pid from waits union select unnest(blockers) from waits)
			    or (own and datname = current_database() and state like 'idle in transaction%')
			union all select 'archiver', null, null, null, null,
			    last_failed_time > coalesce(last_archived_time, '-infinity'), null
			    from pg_stat_archiver where current_setting('archive_mode') <> 'off'
			union all (select 'slot', slot_name, null, pg_wal_lsn_diff(case when pg_is_in_recovery()
			    then pg_last_wal_receive_lsn() else pg_current_wal_lsn() end, restart_lsn), null, active, null
			    from pg_replication_slots order by restart_lsn limit 100)
			""";

	private final Map<SessionState, Integer> states = new EnumMap<>(SessionState.class);

	private final Map<String, Double> numbers = new HashMap<>();

	private final List<LockWait> waits = new ArrayList<>();

	private final List<ServerSession> involved = new ArrayList<>();

	private final List<ReplicationSlot> slots = new ArrayList<>();

	private Instant startedAt = Instant.EPOCH;

	private boolean complete;

	private double connections;

	private double maxConnections;

	private double hits;

	private double reads;

	private boolean archiving;

	private boolean archiverFailing;

	private Reading() {
	}

	/**
	 * Asks a server.
	 * @param connection a connection in autocommit mode, with a limit of its own
	 * @param applicationName name of the sessions of this application
	 * @return what it said
	 * @throws SQLException if it did not answer
	 */
	static Reading from(Connection connection, String applicationName) throws SQLException {
		Reading reading = new Reading();
		try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
			statement.setString(1, applicationName);
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					reading.take(rows);
				}
			}
		}
		return reading;
	}

	private void take(ResultSet row) throws SQLException {
		switch (row.getString(1)) {
			case "started" -> {
				this.startedAt = Instant.EPOCH.plus(Math.round(row.getDouble(4) * MICROS_PER_SECOND),
						ChronoUnit.MICROS);
				this.complete = row.getBoolean(6);
			}
			case "connections" -> {
				this.connections = row.getDouble(4);
				this.maxConnections = row.getDouble(5);
			}
			case "blocks" -> {
				this.hits = row.getDouble(4);
				this.reads = row.getDouble(5);
			}
			case "state" -> this.states.merge(SessionState.of(row.getString(2)), row.getInt(4), Integer::sum);
			case "wait" -> this.waits
				.add(new LockWait(row.getInt(3), seconds(row.getDouble(4)), row.getString(2), pids(row.getArray(7))));
			case "session" -> this.involved.add(new ServerSession(row.getInt(3), SessionState.of(row.getString(2)),
					duration(row, 4), duration(row, 5), row.getBoolean(6)));
			case "archiver" -> {
				this.archiving = true;
				this.archiverFailing = row.getBoolean(6);
			}
			case "slot" -> this.slots
				.add(new ReplicationSlot(row.getString(2), row.getBoolean(6), Math.round(orMinusOne(row, 4))));
			default -> this.numbers.put(row.getString(1), row.getDouble(4));
		}
	}

	private static double orMinusOne(ResultSet row, int column) throws SQLException {
		double value = row.getDouble(column);
		return row.wasNull() ? -1 : Math.max(0, value);
	}

	private static @Nullable Duration duration(ResultSet row, int column) throws SQLException {
		double value = row.getDouble(column);
		return row.wasNull() ? null : seconds(value);
	}

	private static Duration seconds(double value) {
		return Duration.ofNanos((long) (Math.max(0, value) * 1e9));
	}

	private static List<Integer> pids(@Nullable Array array) throws SQLException {
		return (array != null) ? Arrays.stream((Integer[]) array.getArray()).distinct().toList() : List.of();
	}

	/**
	 * When the server started that answered.
	 */
	Instant startedAt() {
		return this.startedAt;
	}

	/**
	 * Deadlocks in the database, as the server counts them.
	 */
	long deadlocks() {
		return Math.round(number("deadlocks"));
	}

	/**
	 * Blocks of the database found in shared buffers, as the server counts them.
	 */
	double hits() {
		return this.hits;
	}

	/**
	 * Blocks of the database not found there, as the server counts them.
	 */
	double reads() {
		return this.reads;
	}

	private double number(String kind) {
		return this.numbers.getOrDefault(kind, 0.0);
	}

	ServerFigures figures(String node, double cacheHitRatio, @Nullable WriteCheck write) {
		return new ServerFigures(node, Instant.now(), this.complete, (int) number("blocked"), seconds(number("oldest")),
				cacheHitRatio, new SessionCounts(this.states, (int) this.connections, (int) this.maxConnections),
				this.waits, this.involved, new ServerUpkeep(this.slots, this.archiving, this.archiverFailing), write);
	}

}
