package io.nexs.postgres.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import static org.awaitility.Awaitility.await;

/**
 * What the tests do with clusters and nodes.
 */
final class Clusters {

	static final Duration LIMIT = Duration.ofSeconds(20);

	private Clusters() {
	}

	/**
	 * Bring every node back that a test before left behind.
	 */
	static void heal(EmbeddedCluster cluster) {
		EmbeddedNode primary = cluster.primary();
		for (EmbeddedNode node : cluster.nodes()) {
			node.relay().restore();
			if (node != primary) {
				cluster.rejoin(node.id());
			}
		}
	}

	static EmbeddedNode someReplica(EmbeddedCluster cluster) {
		return cluster.replicas().get(0);
	}

	static void execute(EmbeddedNode node, String... statements) throws SQLException {
		try (Connection connection = DriverManager.getConnection(node.jdbcUrl());
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	static String query(EmbeddedNode node, String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection(node.jdbcUrl());
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
	}

	/**
	 * Write a row on the primary and wait until a node has it.
	 */
	static void assertReplicates(EmbeddedNode primary, EmbeddedNode replica) throws SQLException {
		execute(primary, "create table if not exists marks (id bigint generated always as identity)",
				"insert into marks default values");
		awaitSame(primary, replica, "select max(id) from marks");
	}

	static void awaitSame(EmbeddedNode primary, EmbeddedNode replica, String sql) throws SQLException {
		String expected = query(primary, sql);
		await().atMost(LIMIT).ignoreExceptions().until(() -> query(replica, sql).equals(expected));
	}

}
