package io.nexs.postgres.cluster;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;

/**
 * The statement asked on one open connection to a server. Used by one thread.
 */
final class Probe {

	/**
	 * Works on both roles, for a role with nothing but LOGIN, on PostgreSQL 14 to 18. The
	 * {@code offset 0} keeps the planner from evaluating the recovery state more than
	 * once. A primary's position is the flushed one, because a standby can have no more
	 * than that: unflushed records of an idle primary would look like lag.
	 */
	private static final String STATE = """
			select r,
			  case when not r then ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end,
			  case when r then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end::text,
			  case when r then pg_last_wal_receive_lsn() end::text,
			  case when r
			    then (extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::bigint end,
			  case when r then (select received_tli from pg_stat_wal_receiver limit 1) end,
			  (extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint,
			  coalesce(host(inet_server_addr()), ''), coalesce(inet_server_port(), 0)
			from (select pg_is_in_recovery() as r offset 0) as recovery
			""";

	private static final String SETTINGS = """
			select current_setting('server_version'), current_setting('max_connections')::int,
			  current_setting('default_transaction_isolation')
			""";

	/**
	 * The same with the limits of connections. Nothing but {@code max_connections} limits
	 * a superuser. What is reserved from PostgreSQL 16 on is for members of a role that
	 * older servers do not have, so the role is looked up. Both catalogs can be read by
	 * any role where nobody has revoked that.
	 */
	private static final String SETTINGS_WITH_LIMITS = """
			select current_setting('server_version'), current_setting('max_connections')::int,
			  current_setting('default_transaction_isolation'),
			  case when rolsuper then 0 else current_setting('superuser_reserved_connections')::int
			    + case when exists (select from pg_roles reserve where reserve.rolname = 'pg_use_reserved_connections'
			        and pg_has_role(us.oid, reserve.oid, 'usage')) then 0
			      else coalesce(current_setting('reserved_connections', true)::int, 0) end end,
			  case when rolsuper then -1 else rolconnlimit end,
			  case when rolsuper then -1
			    else coalesce((select datconnlimit from pg_database where datname = ?), -1) end
			from pg_roles us where rolname = session_user
			""";

	private static final String SYSTEM_IDENTIFIER = "select system_identifier::text from pg_control_system()";

	/** {@code object_not_in_prerequisite_state}: promoted while the statement ran. */
	private static final String ROLE_CHANGED = "55000";

	private static final int ATTEMPTS = 3;

	private final PreparedStatement state;

	private final NodeIdentity fixed;

	private Probe(PreparedStatement state, NodeIdentity fixed) {
		this.state = state;
		this.fixed = fixed;
	}

	/**
	 * Prepare a fresh connection for probing.
	 * @param connection the connection
	 * @param database database of the application
	 * @param timeout limit of every answer on it
	 * @return the probe
	 * @throws SQLException when the server does not answer
	 */
	static Probe on(Connection connection, String database, Duration timeout) throws SQLException {
		connection.setNetworkTimeout(Runnable::run, (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeout.toMillis())));
		NodeIdentity fixed = readFixed(connection, database);
		return new Probe(connection.prepareStatement(STATE), fixed);
	}

	/**
	 * Ask once, again when the server was promoted while answering.
	 * @return the answer
	 * @throws SQLException when there is none
	 */
	ServerReport run() throws SQLException {
		for (int attempt = 1;; attempt++) {
			try (ResultSet row = this.state.executeQuery()) {
				row.next();
				return report(row);
			}
			catch (SQLException ex) {
				if (attempt == ATTEMPTS || !ROLE_CHANGED.equals(ex.getSQLState())) {
					throw ex;
				}
			}
		}
	}

	private ServerReport report(ResultSet row) throws SQLException {
		long startMicros = row.getLong(7);
		NodeIdentity identity = new NodeIdentity(this.fixed.systemIdentifier(), row.getString(8), row.getInt(9),
				Instant.EPOCH.plus(startMicros, ChronoUnit.MICROS), this.fixed.serverVersion(), this.fixed.limits(),
				this.fixed.defaultIsolation());
		long age = row.getLong(5);
		age = row.wasNull() ? -1 : Math.max(0, age);
		return new ServerReport(row.getBoolean(1), row.getInt(2), lsn(row.getString(3)), lsn(row.getString(4)), age,
				row.getInt(6), identity);
	}

	private static @Nullable Lsn lsn(@Nullable String text) {
		return (text != null) ? Lsn.parse(text) : null;
	}

	private static NodeIdentity readFixed(Connection connection, String database) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			String systemIdentifier = readSystemIdentifier(connection, statement);
			NodeIdentity limited = readLimited(connection, database, systemIdentifier);
			if (limited != null) {
				return limited;
			}
			try (ResultSet row = statement.executeQuery(SETTINGS)) {
				row.next();
				return fixed(systemIdentifier, row, ConnectionLimits.of(row.getInt(2)));
			}
		}
	}

	/**
	 * The settings with all limits.
	 * @return {@code null} where the role may not read them
	 */
	private static @Nullable NodeIdentity readLimited(Connection connection, String database, String systemIdentifier)
			throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(SETTINGS_WITH_LIMITS)) {
			statement.setString(1, database);
			try (ResultSet row = statement.executeQuery()) {
				return row.next()
						? fixed(systemIdentifier, row,
								new ConnectionLimits(row.getInt(2), row.getInt(4), row.getInt(5), row.getInt(6)))
						: null;
			}
		}
		catch (SQLException ex) {
			if (connection.isClosed()) {
				throw ex;
			}
			return null;
		}
	}

	private static NodeIdentity fixed(String systemIdentifier, ResultSet row, ConnectionLimits limits)
			throws SQLException {
		return new NodeIdentity(systemIdentifier, "", 0, Instant.EPOCH, row.getString(1), limits, row.getString(3));
	}

	private static String readSystemIdentifier(Connection connection, Statement statement) throws SQLException {
		try (ResultSet row = statement.executeQuery(SYSTEM_IDENTIFIER)) {
			row.next();
			return row.getString(1);
		}
		catch (SQLException ex) {
			if (connection.isClosed()) {
				throw ex;
			}
			return "";
		}
	}

}
