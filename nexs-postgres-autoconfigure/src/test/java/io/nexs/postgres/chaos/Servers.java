package io.nexs.postgres.chaos;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.transaction.MarkerTable;

/**
 * Asks and changes the servers themselves, past the relays.
 */
final class Servers {

	private Servers() {
	}

	static EmbeddedCluster start() {
		EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(2).start();
		EmbeddedNode primary = cluster.primary();
		execute(primary, "create table item (id bigint not null, port int not null default inet_server_port())");
		execute(primary, "create table tally (writer int primary key, number bigint not null)");
		execute(primary, "insert into tally select i, 0 from generate_series(0, " + (Writers.COUNT - 1) + ") i");
		execute(primary, new MarkerTable(MarkerTable.DEFAULT_NAME).ddl());
		return cluster;
	}

	/**
	 * Makes everything of a cluster whole again after a test, and empty.
	 */
	static void recover(EmbeddedCluster cluster, boolean synchronous) {
		for (EmbeddedNode node : cluster.nodes()) {
			node.relay().restore();
			if (node.isFrozen()) {
				node.kill();
			}
		}
		EmbeddedNode primary = cluster.primary();
		cluster.nodes().stream().filter((node) -> node != primary).forEach((node) -> cluster.rejoin(node.id()));
		execute(primary, "truncate item, " + MarkerTable.DEFAULT_NAME);
		execute(primary, "update tally set number = 0");
		cluster.synchronousReplication(synchronous);
	}

	/**
	 * The standby that has received most, which has all that was acknowledged.
	 */
	static EmbeddedNode foremost(EmbeddedCluster cluster) {
		return cluster.replicas()
			.stream()
			.max(Comparator.comparingLong((node) -> Long.parseLong(
					ask(node, "select greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0'::pg_lsn"))))
			.orElseThrow();
	}

	/**
	 * Lets a node commit without a standby, whatever the cluster says.
	 */
	static void acceptAlone(EmbeddedNode node) {
		execute(node, "alter system set synchronous_standby_names = ''");
		execute(node, "select pg_reload_conf()");
		// Sessions wait by what the checkpointer has read; it reads before it works
		execute(node, "checkpoint");
	}

	/**
	 * How often each row is there.
	 */
	static Map<Long, Integer> rows(EmbeddedNode node) {
		Map<Long, Integer> rows = new HashMap<>();
		try (Connection connection = node.connect();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("select id, count(*) from item group by id")) {
			while (result.next()) {
				rows.put(result.getLong(1), result.getInt(2));
			}
			return rows;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static String ask(EmbeddedNode node, String sql) {
		try (Connection connection = node.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static void execute(EmbeddedNode node, String sql) {
		try (Connection connection = node.connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
