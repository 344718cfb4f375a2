package io.nexs.postgres.cluster;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The running server at the other end of one physical connection. Where an address leads
 * to different servers in turn, two connections to it have different ones.
 *
 * @param address the address the server itself was reached at; empty over a Unix socket
 * @param port the port the server itself was reached at; 0 over a Unix socket
 * @param startedAt when its postmaster started
 */
public record ServerInstance(String address, int port, Instant startedAt) {

	/**
	 * Asks a server who it is; to be read by {@link #of(ResultSet)}.
	 */
	public static final String QUERY = """
			select coalesce(host(inet_server_addr()), ''), coalesce(inet_server_port(), 0),
			  (extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint
			""";

	/**
	 * Reads the answer to {@link #QUERY}.
	 * @param row the result, on its row; further columns may follow
	 * @return the server
	 * @throws SQLException if a column is missing
	 */
	public static ServerInstance of(ResultSet row) throws SQLException {
		return new ServerInstance(row.getString(1), row.getInt(2),
				Instant.EPOCH.plus(row.getLong(3), ChronoUnit.MICROS));
	}

	boolean is(NodeIdentity identity) {
		return this.port == identity.port() && this.address.equals(identity.address())
				&& this.startedAt.equals(identity.startedAt());
	}

}
