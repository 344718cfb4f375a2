package io.nexs.postgres.starter.frameworks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

/**
 * A primary and its replicas with the tables of the contract. Each server has another
 * port of its own, by which a statement tells where it ran.
 */
interface Servers {

	/**
	 * What an application is told of the servers, as {@code name=value}.
	 */
	List<String> properties();

	/**
	 * Id of the primary.
	 */
	String primary();

	/**
	 * Ids of the replicas.
	 */
	List<String> replicas();

	/**
	 * {@code primary} or {@code replica} by the port the server itself knows.
	 */
	Map<Integer, String> roles();

	/**
	 * Connects to a server directly.
	 */
	Connection connect(String id) throws SQLException;

	default List<String> ids() {
		return Stream.concat(Stream.of(primary()), replicas().stream()).toList();
	}

	/**
	 * The first column of all rows of a query that is asked of a server directly.
	 */
	default List<String> query(String id, String sql) {
		return query(() -> connect(id), sql);
	}

	/**
	 * Waits until the replicas have replayed all that the primary has written. The
	 * position to insert at next may lie behind the header of a page nobody has begun, so
	 * the flushed one is compared.
	 */
	default void awaitReplicas() {
		String position = query(primary(), "select pg_current_wal_flush_lsn()").get(0);
		Awaitility.await()
			.pollInterval(Duration.ofMillis(5))
			.until(() -> replicas().stream()
				.allMatch((id) -> query(id, "select pg_last_wal_replay_lsn() >= '" + position + "'::pg_lsn").get(0)
					.equals("t")));
	}

	static List<String> query(Connector connector, String sql) {
		List<String> values = new ArrayList<>();
		try (Connection connection = connector.connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			while (rows.next()) {
				values.add(rows.getString(1));
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return values;
	}

	/**
	 * Connects to one server.
	 */
	@FunctionalInterface
	interface Connector {

		Connection connect() throws SQLException;

	}

}
