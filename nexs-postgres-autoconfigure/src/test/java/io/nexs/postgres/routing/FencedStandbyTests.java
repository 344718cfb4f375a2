package io.nexs.postgres.routing;

import java.sql.SQLException;
import java.time.Duration;

import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Standbys that were left with a deposed primary.
 */
class FencedStandbyTests {

	private EmbeddedCluster cluster;

	@BeforeEach
	void startCluster() {
		this.cluster = EmbeddedCluster.builder().replicas(2).start();
	}

	@AfterEach
	void closeCluster() {
		this.cluster.close();
	}

	@Test
	void standbyOfAFencedPrimaryWhenItsTimelineCanBeReadServesNoReads() throws Exception {
		try (NexsPostgres postgres = RoutingFixture.start(this.cluster)) {
			await().until(() -> RoutingFixture.state(postgres, "node-3").timeline() == 1);
			promoteAlone();
			assertServesNoReadsUntilItFollows(postgres);
		}
	}

	@Test
	void standbyOfAFencedPrimaryWhenItsTimelineCannotBeReadServesNoReads() throws Exception {
		RoutingFixture.executeOn(this.cluster.node("node-1"), "create role plain login", "create table item (id int)");
		String dsn = this.cluster.dsn().replace("postgres://postgres@", "postgres://plain@");
		await().until(() -> this.cluster.nodes().stream().allMatch((node) -> hasRole(node, "plain")));
		try (NexsPostgres postgres = NexsPostgres.of(dsn).start()) {
			RoutingFixture.awaitHealthy(postgres);
			promoteAlone();
			assertServesNoReadsUntilItFollows(postgres);
		}
	}

	/**
	 * The new primary has moved on by what a promotion writes; nobody writes on the old.
	 */
	private void assertServesNoReadsUntilItFollows(NexsPostgres postgres) throws Exception {
		RoutingFixture.awaitStatus(postgres, "node-1", NodeStatus.FENCED);
		await().until(() -> !RoutingFixture.state(postgres, "node-3").servesReads());
		assertThat(RoutingFixture.state(postgres, "node-3").followsOldTimeline()).isTrue();
		assertThat(this.cluster.node("node-3").isInRecovery()).isTrue();
		for (int i = 0; i < 10; i++) {
			assertThat(RoutingFixture.readPort(postgres)).isEqualTo(this.cluster.node("node-2").directPort());
		}
		this.cluster.rejoin("node-3");
		await().until(() -> RoutingFixture.state(postgres, "node-3").servesReads());
		assertThat(RoutingFixture.readPort(postgres)).isEqualTo(this.cluster.node("node-3").directPort());
	}

	/**
	 * The other standby follows whom it follows.
	 */
	private void promoteAlone() throws SQLException {
		RoutingFixture.executeOn(this.cluster.node("node-2"), "select pg_promote()");
	}

	private static boolean hasRole(EmbeddedNode node, String role) {
		return RoutingFixture.question(node, "select count(*)::int from pg_roles where rolname = '" + role + "'") == 1;
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(RoutingFixture.LONG).pollInterval(Duration.ofMillis(10));
	}

}
