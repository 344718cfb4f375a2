package io.nexs.postgres.embedded;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.NoSuchElementException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EmbeddedCluster} that change the roles of its nodes.
 */
@UseEmbeddedCluster(database = "shop")
class EmbeddedClusterTests {

	@BeforeEach
	void heal(EmbeddedCluster cluster) {
		Clusters.heal(cluster);
	}

	@Test
	void replicasWhenPrimaryWritesHaveTheRows(EmbeddedCluster cluster) throws SQLException {
		assertThat(cluster.replicas()).hasSize(cluster.nodes().size() - 1);
		for (EmbeddedNode replica : cluster.replicas()) {
			Clusters.assertReplicates(cluster.primary(), replica);
		}
	}

	@Test
	void dsnNamesTheRelaysOfAllNodes(EmbeddedCluster cluster) {
		URI dsn = URI.create(cluster.dsn());
		assertThat(dsn.getScheme()).isEqualTo("postgres");
		assertThat(dsn.getPath()).isEqualTo("/shop");
		String hosts = String.join(",",
				cluster.nodes().stream().map((node) -> "127.0.0.1:" + node.relay().port()).toList());
		assertThat(dsn.getAuthority()).isEqualTo("postgres@" + hosts);
	}

	@Test
	void nodeWhenUnknownNamesTheKnownOnes(EmbeddedCluster cluster) {
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> cluster.node("node-99"))
			.withMessageContaining("node-1, node-2, node-3");
	}

	@Test
	void promoteWhenPrimaryRunsLeavesItAndRepointsTheOthers(EmbeddedCluster cluster) throws SQLException {
		EmbeddedNode old = cluster.primary();
		EmbeddedNode candidate = cluster.replicas().get(0);
		EmbeddedNode other = cluster.replicas().get(1);
		int timeline = old.timeline();
		cluster.promote(candidate.id());
		assertThat(cluster.primary()).isSameAs(candidate);
		assertThat(candidate.timeline()).isEqualTo(timeline + 1);
		assertThat(old.isInRecovery()).isFalse();
		assertThat(old.timeline()).isEqualTo(timeline);
		Clusters.execute(old, "create table if not exists stray (id int)");
		Clusters.assertReplicates(candidate, other);
		assertThat(other.timeline()).isEqualTo(timeline + 1);
		assertThat(Clusters.query(other, "select to_regclass('stray') is null")).isEqualTo("t");
	}

	@Test
	void promoteWhenOtherReplicaIsAheadCopiesItAnew(EmbeddedCluster cluster) throws SQLException {
		EmbeddedNode old = cluster.primary();
		EmbeddedNode candidate = cluster.replicas().get(0);
		EmbeddedNode ahead = cluster.replicas().get(1);
		candidate.stop();
		Clusters.execute(old, "create table ahead (id int)");
		Clusters.awaitSame(old, ahead, "select to_regclass('ahead') is null");
		old.kill();
		candidate.start();
		cluster.promote(candidate.id());
		assertThat(Clusters.query(candidate, "select to_regclass('ahead') is null")).isEqualTo("t");
		Clusters.assertReplicates(candidate, ahead);
		assertThat(Clusters.query(ahead, "select to_regclass('ahead') is null")).isEqualTo("t");
	}

	@Test
	void promoteWhenNodeIsPrimaryFails(EmbeddedCluster cluster) {
		String id = cluster.primary().id();
		assertThatIllegalStateException().isThrownBy(() -> cluster.promote(id)).withMessageContaining(id);
	}

	@Test
	void promoteWhenNodeIsDeadFails(EmbeddedCluster cluster) {
		EmbeddedNode dead = Clusters.someReplica(cluster);
		dead.kill();
		assertThatIllegalStateException().isThrownBy(() -> cluster.promote(dead.id()))
			.withMessageContaining("not running");
	}

	@Test
	void rejoinWhenPrimaryWasKilledFollowsTheNewOne(EmbeddedCluster cluster) throws SQLException {
		EmbeddedNode old = cluster.primary();
		Clusters.assertReplicates(old, Clusters.someReplica(cluster));
		old.kill();
		assertThatIllegalStateException().isThrownBy(cluster::primary);
		cluster.promote(Clusters.someReplica(cluster).id());
		cluster.rejoin(old.id());
		assertThat(old.isInRecovery()).isTrue();
		assertThat(old.timeline()).isEqualTo(cluster.primary().timeline());
		Clusters.assertReplicates(cluster.primary(), old);
	}

	@Test
	void rejoinWhenOldPrimaryWasStartedAgainDropsItsRows(EmbeddedCluster cluster) throws SQLException {
		EmbeddedNode old = cluster.primary();
		old.kill();
		cluster.promote(Clusters.someReplica(cluster).id());
		old.start();
		assertThat(old.isInRecovery()).isFalse();
		assertThat(cluster.primary()).isNotSameAs(old);
		Clusters.execute(old, "create table lost (id int)");
		cluster.rejoin(old.id());
		Clusters.assertReplicates(cluster.primary(), old);
		assertThat(Clusters.query(old, "select to_regclass('lost') is null")).isEqualTo("t");
	}

	@Test
	void rejoinWhenStandbyWasDownDuringPromotionFollows(EmbeddedCluster cluster) throws SQLException {
		EmbeddedNode down = cluster.replicas().get(1);
		down.stop();
		cluster.primary().stop();
		cluster.promote(cluster.replicas().get(0).id());
		cluster.rejoin(down.id());
		Clusters.assertReplicates(cluster.primary(), down);
	}

	@Test
	void rejoinWhenNodeIsThePrimaryFails(EmbeddedCluster cluster) {
		assertThatIllegalStateException().isThrownBy(() -> cluster.rejoin(cluster.primary().id()))
			.withMessageContaining("is the primary");
	}

	@Test
	void switchoverLosesNothingAndTheOldPrimaryFollows(EmbeddedCluster cluster) throws SQLException {
		EmbeddedNode old = cluster.primary();
		EmbeddedNode candidate = cluster.replicas().get(1);
		EmbeddedNode other = cluster.replicas().get(0);
		int timeline = old.timeline();
		Clusters.execute(old, "create table if not exists taken_over (id int)", "insert into taken_over values (1)");
		String rows = Clusters.query(old, "select count(*) from taken_over");
		cluster.switchover(candidate.id());
		assertThat(cluster.primary()).isSameAs(candidate);
		assertThat(Clusters.query(candidate, "select count(*) from taken_over")).isEqualTo(rows);
		assertThat(List.of(candidate.timeline(), old.timeline(), other.timeline())).containsOnly(timeline + 1);
		Clusters.assertReplicates(candidate, old);
		Clusters.assertReplicates(candidate, other);
	}

	@Test
	void switchoverWhenReplayOfCandidateIsPausedLosesNothing(EmbeddedCluster cluster) throws SQLException {
		EmbeddedNode candidate = Clusters.someReplica(cluster);
		Clusters.assertReplicates(cluster.primary(), candidate);
		candidate.pauseReplay();
		Clusters.execute(cluster.primary(), "insert into marks default values");
		String last = Clusters.query(cluster.primary(), "select max(id) from marks");
		cluster.switchover(candidate.id());
		assertThat(Clusters.query(candidate, "select max(id) from marks")).isEqualTo(last);
	}

	@Test
	void switchoverKeepsConnectionsOfTheCandidate(EmbeddedCluster cluster) throws SQLException {
		EmbeddedNode candidate = Clusters.someReplica(cluster);
		try (Connection connection = candidate.connect()) {
			cluster.switchover(candidate.id());
			connection.createStatement().execute("create temporary table written (id int)");
		}
	}

	@Test
	void addReplicaWhilePrimaryIsInUseStreams(EmbeddedCluster cluster) throws SQLException {
		int before = cluster.nodes().size();
		try (Connection session = cluster.primary().connect()) {
			session.setAutoCommit(false);
			session.createStatement().execute("create table if not exists during (id int)");
			EmbeddedNode added = cluster.addReplica();
			session.commit();
			assertThat(added.id()).isEqualTo("node-" + (before + 1));
			assertThat(cluster.nodes()).hasSize(before + 1).endsWith(added);
			Clusters.assertReplicates(cluster.primary(), added);
			await().atMost(Clusters.LIMIT)
				.until(() -> Clusters.query(added, "select to_regclass('during') is not null").equals("t"));
		}
	}

	@Test
	void builderWhenNamesAreNotOnesFails() {
		EmbeddedClusterBuilder builder = EmbeddedCluster.builder();
		assertThatIllegalArgumentException().isThrownBy(() -> builder.parameter("port\nlisten_addresses", "1"));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.database("a/b"));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.username("it's me"));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.replicas(-1));
	}

}
