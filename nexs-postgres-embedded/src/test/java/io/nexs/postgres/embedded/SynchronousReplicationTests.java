package io.nexs.postgres.embedded;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EmbeddedCluster#synchronousReplication(boolean)}.
 */
@UseEmbeddedCluster(replicas = 1)
class SynchronousReplicationTests {

	@BeforeEach
	void createTable(EmbeddedCluster cluster) throws SQLException {
		cluster.synchronousReplication(false);
		Clusters.heal(cluster);
		Clusters.execute(cluster.primary(), "drop table if exists safe", "create table safe (id int)");
	}

	@Test
	void commitWhenOnAndNoStandbyRunsWaits(EmbeddedCluster cluster) throws SQLException {
		cluster.synchronousReplication(true);
		assertThat(inserts(cluster)).isTrue();
		Clusters.someReplica(cluster).stop();
		assertThat(inserts(cluster)).isFalse();
		cluster.synchronousReplication(false);
		assertThat(inserts(cluster)).isTrue();
	}

	@Test
	void commitWhenTurnedOnWithoutAStandbyWaits(EmbeddedCluster cluster) throws SQLException {
		Clusters.someReplica(cluster).stop();
		assertThat(inserts(cluster)).isTrue();
		cluster.synchronousReplication(true);
		assertThat(inserts(cluster)).isFalse();
		cluster.synchronousReplication(false);
		assertThat(inserts(cluster)).isTrue();
	}

	@Test
	void settingWhenOnHoldsOnThePromotedNode(EmbeddedCluster cluster) throws SQLException {
		cluster.synchronousReplication(true);
		cluster.switchover(Clusters.someReplica(cluster).id());
		assertThat(inserts(cluster)).isTrue();
		Clusters.someReplica(cluster).kill();
		assertThat(inserts(cluster)).isFalse();
	}

	private static boolean inserts(EmbeddedCluster cluster) throws SQLException {
		Connection connection = cluster.primary().connect();
		try (Statement statement = connection.createStatement()) {
			connection.setNetworkTimeout(Runnable::run, 700);
			return statement.executeUpdate("insert into safe values (1)") == 1;
		}
		catch (SQLException ex) {
			assertThat(ex.getSQLState()).isEqualTo("08006");
			return false;
		}
		finally {
			connection.abort(Runnable::run);
		}
	}

}
