package io.nexs.postgres.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EmbeddedCluster} that change the roles of its nodes.
 */
class EmbeddedClusterTests {

	@Test
	void rowsWhenWrittenOnThePrimaryReachTheReplicas() throws SQLException {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().database("shop").start()) {
			execute(cluster.primary(), "create table orders (id int)", "insert into orders values (1)");
			for (EmbeddedNode replica : cluster.replicas()) {
				await().atMost(Duration.ofSeconds(10)).until(() -> count(replica) == 1);
			}
			cluster.primary().kill();
			cluster.promote("node-2");
			cluster.rejoin("node-1");
			cluster.switchover("node-1");
			cluster.addReplica();
			assertThat(cluster.primary().id()).isEqualTo("node-1");
		}
	}

	static int count(EmbeddedNode node) {
		try (Connection connection = DriverManager.getConnection(node.jdbcUrl());
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select count(*) from orders")) {
			row.next();
			return row.getInt(1);
		}
		catch (SQLException ex) {
			return -1;
		}
	}

	static void execute(EmbeddedNode node, String... statements) throws SQLException {
		try (Connection connection = DriverManager.getConnection(node.jdbcUrl());
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

}
