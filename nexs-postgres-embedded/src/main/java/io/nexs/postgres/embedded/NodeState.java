package io.nexs.postgres.embedded;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a server says about itself.
 *
 * @param inRecovery whether it is a standby
 * @param timeline the timeline it writes or follows
 * @param position the last byte of WAL it has written or received
 */
record NodeState(boolean inRecovery, int timeline, long position) {

	// The control functions lag behind a promotion, the WAL file name does not.
	private static final String SQL = """
			select r,
				case when r then greatest((select received_tli from pg_stat_wal_receiver),
					(select min_recovery_end_timeline from pg_control_recovery()),
					(select timeline_id from pg_control_checkpoint()))
				else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end,
				(case when r then greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
				else pg_current_wal_lsn() end - '0/0')::bigint
			from (select pg_is_in_recovery() r offset 0) x""";

	static NodeState read(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(SQL)) {
			row.next();
			return new NodeState(row.getBoolean(1), row.getInt(2), row.getLong(3));
		}
	}

}
