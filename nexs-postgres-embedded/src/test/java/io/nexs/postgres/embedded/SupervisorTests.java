package io.nexs.postgres.embedded;

import java.sql.SQLException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Supervisor}.
 */
@UseEmbeddedCluster(supervised = true)
class SupervisorTests {

	@BeforeEach
	void heal(EmbeddedCluster cluster) {
		Clusters.heal(cluster);
	}

	@Test
	void primaryWhenKilledIsReplaced(EmbeddedCluster cluster) throws SQLException {
		EmbeddedNode old = cluster.primary();
		int timeline = old.timeline();
		old.kill();
		awaitOther(cluster, old);
		assertThat(cluster.primary().timeline()).isEqualTo(timeline + 1);
		Clusters.assertReplicates(cluster.primary(), Clusters.someReplica(cluster));
		cluster.rejoin(old.id());
		Clusters.assertReplicates(cluster.primary(), old);
	}

	@Test
	void primaryWhenFrozenIsReplacedAndLeftAsItIs(EmbeddedCluster cluster) throws SQLException {
		EmbeddedNode old = cluster.primary();
		int timeline = old.timeline();
		old.freeze();
		awaitOther(cluster, old);
		old.thaw();
		assertThat(old.isInRecovery()).isFalse();
		assertThat(old.timeline()).isEqualTo(timeline);
		assertThat(cluster.primary()).isNotSameAs(old);
		Clusters.assertReplicates(cluster.primary(), Clusters.someReplica(cluster));
	}

	@Test
	void replicaThatReceivedMostIsPromoted(EmbeddedCluster cluster) throws SQLException {
		EmbeddedNode behind = cluster.replicas().get(0);
		EmbeddedNode ahead = cluster.replicas().get(1);
		EmbeddedNode old = cluster.primary();
		behind.stop();
		Clusters.assertReplicates(old, ahead);
		old.kill();
		behind.start();
		awaitOther(cluster, old);
		assertThat(cluster.primary()).isSameAs(ahead);
		Clusters.assertReplicates(ahead, behind);
	}

	@Test
	void primaryAfterSwitchoverIsTheOneWatched(EmbeddedCluster cluster) {
		EmbeddedNode candidate = Clusters.someReplica(cluster);
		cluster.switchover(candidate.id());
		assertThat(cluster.primary()).isSameAs(candidate);
		candidate.kill();
		awaitOther(cluster, candidate);
	}

	private static void awaitOther(EmbeddedCluster cluster, EmbeddedNode old) {
		await().atMost(Clusters.LIMIT).ignoreExceptions().until(() -> cluster.primary() != old);
	}

}
