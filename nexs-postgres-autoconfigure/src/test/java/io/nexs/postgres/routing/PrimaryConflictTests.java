package io.nexs.postgres.routing;

import java.time.Duration;

import io.nexs.postgres.cluster.ConflictPolicy;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.embedded.EmbeddedCluster;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Nodes that claim to be the primary and are not, or cannot be told apart.
 */
class PrimaryConflictTests {

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
	void twoPrimariesWhenTheirTimelineIsOneTakeNoWrites() throws Exception {
		try (NexsPostgres postgres = start(ConflictPolicy.NEWEST_TIMELINE)) {
			this.cluster.node("node-1").kill();
			RoutingFixture.executeOn(this.cluster.node("node-2"), "select pg_promote()");
			RoutingFixture.executeOn(this.cluster.node("node-3"), "select pg_promote()");
			await().until(() -> topology(postgres).conflict() == PrimaryConflict.SAME_TIMELINE);
			assertThat(this.cluster.node("node-2").timeline()).isEqualTo(this.cluster.node("node-3").timeline());
			assertThatExceptionOfType(NoNodeException.class).isThrownBy(() -> RoutingFixture.writePort(postgres))
				.withMessageContaining("SAME_TIMELINE");
			this.cluster.node("node-3").kill();
			await().until(() -> topology(postgres).hasPrimary());
			assertThat(RoutingFixture.writePort(postgres)).isEqualTo(this.cluster.node("node-2").directPort());
		}
	}

	@Test
	void twoPrimariesWhenRefusedTakeNoWritesUntilOneIsGone() throws Exception {
		try (NexsPostgres postgres = start(ConflictPolicy.REFUSE)) {
			this.cluster.promote("node-2");
			await().until(() -> topology(postgres).conflict() == PrimaryConflict.REFUSED);
			assertThatExceptionOfType(NoNodeException.class).isThrownBy(() -> RoutingFixture.writePort(postgres));
			this.cluster.node("node-1").kill();
			await().until(() -> topology(postgres).hasPrimary());
			assertThat(RoutingFixture.writePort(postgres)).isEqualTo(this.cluster.node("node-2").directPort());
		}
	}

	@Test
	void nodeWhenItIsOfAnotherClusterIsNeverUsed() throws Exception {
		try (EmbeddedCluster other = EmbeddedCluster.builder().replicas(0).start();
				NexsPostgres postgres = NexsPostgres.of(this.cluster.dsn()).dsn(other.dsn()).start()) {
			RoutingFixture.awaitStatus(postgres, "node-4", NodeStatus.UNHEALTHY);
			assertThat(RoutingFixture.state(postgres, "node-4").lastError()).startsWith("system identifier");
			assertThat(RoutingFixture.writePort(postgres)).isEqualTo(this.cluster.node("node-1").directPort());
			this.cluster.node("node-1").kill();
			this.cluster.promote("node-3");
			await().until(() -> topology(postgres).hasPrimary());
			assertThat(RoutingFixture.writePort(postgres)).isEqualTo(this.cluster.node("node-3").directPort());
		}
	}

	private NexsPostgres start(ConflictPolicy policy) {
		return RoutingFixture.start(this.cluster,
				(builder) -> builder.monitor(RoutingFixture.quick().withOnConflict(policy))
					.routing(RoutingSettings.defaults().withAcquireTimeout(Duration.ofSeconds(2))));
	}

	private static Topology topology(NexsPostgres postgres) {
		return postgres.monitor().topology();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(RoutingFixture.LONG).pollInterval(Duration.ofMillis(10));
	}

}
