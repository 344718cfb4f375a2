package io.nexs.postgres.cluster;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Restarts, endpoints and foreign clusters.
 */
class NodeIdentityTests {

	private static final Instant LATER = ClusterScript.BOOT.plusSeconds(60);

	private static final Instant EARLIER = ClusterScript.BOOT.minusSeconds(60);

	private final ClusterScript cluster = new ClusterScript(2);

	@Test
	void identityWhenServerRestartedChangesButIsNoEndpoint() {
		this.cluster.healthy(100).answers(2, replica("sys-1", "10.0.0.2", LATER));
		assertThat(this.cluster.eventNames()).containsExactly("IdentityChanged");
		assertThat(this.cluster.node(2).endpoint()).isFalse();
		assertThat(((ClusterEvent.IdentityChanged) this.cluster.events.get(0)).endpoint()).isFalse();
	}

	@Test
	void identityWhenAnotherAddressAnswersIsAnEndpointForEver() {
		this.cluster.healthy(100).answers(2, replica("sys-1", "10.0.0.7", LATER));
		assertThat(this.cluster.node(2).endpoint()).isTrue();
		assertThat(((ClusterEvent.IdentityChanged) this.cluster.events.get(0)).endpoint()).isTrue();
		this.cluster.answers(2, replica("sys-1", "10.0.0.7", LATER));
		assertThat(this.cluster.node(2).endpoint()).isTrue();
		assertThat(this.cluster.events).hasSize(1);
	}

	@Test
	void identityWhenAnOlderServerAnswersIsAnEndpoint() {
		this.cluster.healthy(100).answers(2, replica("sys-1", "10.0.0.2", EARLIER));
		assertThat(this.cluster.node(2).endpoint()).isTrue();
	}

	@Test
	void identityWhenUnchangedHasNoEvent() {
		this.cluster.healthy(100).replica(2, 100);
		assertThat(this.cluster.events).isEmpty();
	}

	@Test
	void processWhenReachedAtAnotherAddressIsTheSame() {
		NodeIdentity identity = ClusterScript.identity("sys-1", "127.0.0.1", LATER);
		assertThat(identity.sameProcess(ClusterScript.identity("sys-1", "0:0:0:0:0:0:0:1", LATER))).isTrue();
		assertThat(identity.sameProcess(ClusterScript.identity("", "10.0.0.1", LATER))).isTrue();
		assertThat(identity.sameProcess(ClusterScript.identity("sys-1", "127.0.0.1", LATER.plusNanos(1_000))))
			.isFalse();
		assertThat(identity.sameProcess(ClusterScript.identity("sys-2", "127.0.0.1", LATER))).isFalse();
	}

	@Test
	void majorVersionIsTheNumberTheVersionBeginsWith() {
		assertThat(ClusterScript.identity(1).majorVersion()).isEqualTo(18);
		assertThat(version("13.14 (Debian 13.14-1)")).isEqualTo(13);
		assertThat(version("19beta1")).isEqualTo(19);
		assertThat(version("unknown")).isZero();
	}

	private static int version(String version) {
		return new NodeIdentity("sys-1", "10.0.0.1", 5432, LATER, version, ConnectionLimits.of(100), "read committed")
			.majorVersion();
	}

	@Test
	void systemWhenAnotherThanTheClustersMakesANodeUnusable() {
		this.cluster.healthy(100).answers(2, replica("sys-9", "10.0.0.2", LATER));
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.UNHEALTHY);
		assertThat(this.cluster.role(2)).isEqualTo(NodeRole.UNKNOWN);
		assertThat(this.cluster.node(2).lastError()).contains("sys-9").contains("sys-1");
		assertThat(this.cluster.eventNames()).contains("IdentityChanged");
		this.cluster.replica(2, 100);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.RECOVERING);
	}

	@Test
	void systemWhenForeignNodeIsWritableOnANewerTimelineFencesNobody() {
		this.cluster.healthy(100)
			.answers(2, ClusterScript.with(ClusterScript.writable(2, 9, 900),
					ClusterScript.identity("sys-9", "10.0.0.2", LATER)));
		assertThat(this.cluster.primary()).isEqualTo("node-1");
		assertThat(this.cluster.topology().term()).isEqualTo(new Term("sys-1", 1));
	}

	@Test
	void systemWhenAReplicaAnswersFirstIsThatOfThePrimary() {
		this.cluster.answers(2, replica("sys-9", "10.0.0.2", LATER));
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.HEALTHY);
		this.cluster.primary(1, 1, 100);
		assertThat(this.cluster.primary()).isEqualTo("node-1");
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.UNHEALTHY);
	}

	@Test
	void systemWhenTheFirstNodeIsAForeignReplicaIsThatOfThePrimary() {
		this.cluster.answers(1,
				ClusterScript.with(ClusterScript.standby(1, 900), ClusterScript.identity("sys-9", "10.0.0.1", LATER)));
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.HEALTHY);
		this.cluster.primary(2, 1, 100);
		assertThat(this.cluster.primary()).isEqualTo("node-2");
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.UNHEALTHY);
	}

	@Test
	void systemWhenTwoPrimariesAtStartIsThatOfTheFirstInOrder() {
		this.cluster.answers(2, ClusterScript.with(ClusterScript.writable(2, 5, 900),
				ClusterScript.identity("sys-9", "10.0.0.2", LATER)));
		assertThat(this.cluster.primary()).isEqualTo("node-2");
		this.cluster.primary(1, 1, 100);
		assertThat(this.cluster.primary()).isEqualTo("node-1");
		assertThat(this.cluster.topology().term()).isEqualTo(new Term("sys-1", 1));
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.UNHEALTHY);
	}

	@Test
	void systemWhenSettledIsNeverGivenUp() {
		this.cluster.healthy(100).fails(1, 3);
		this.cluster.answers(2, ClusterScript.with(ClusterScript.writable(2, 5, 900),
				ClusterScript.identity("sys-9", "10.0.0.2", LATER)));
		assertThat(this.cluster.primary()).isEqualTo("none");
		this.cluster.primary(1, 1, 100);
		assertThat(this.cluster.primary()).isEqualTo("node-1");
	}

	@Test
	void systemWhenSettledIsNotThatOfAForeignPrimaryEarlierInOrder() {
		this.cluster.replica(1, 100).primary(2, 1, 100);
		this.cluster.answers(1, ClusterScript.with(ClusterScript.writable(1, 5, 900),
				ClusterScript.identity("sys-9", "10.0.0.1", LATER)));
		assertThat(this.cluster.primary()).isEqualTo("node-2");
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.UNHEALTHY);
	}

	@Test
	void systemWhenNotReadableIsNotCompared() {
		this.cluster.answers(1, ClusterScript.with(ClusterScript.writable(1, 3, 100),
				ClusterScript.identity("", "10.0.0.1", ClusterScript.BOOT)));
		this.cluster.answers(2, replica("sys-1", "10.0.0.2", ClusterScript.BOOT));
		assertThat(this.cluster.primary()).isEqualTo("node-1");
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.HEALTHY);
	}

	@Test
	void identityWhenForeignUnderMaintenanceStaysUnusableAfterwards() {
		this.cluster.healthy(100).maintenance(2, true).answers(2, replica("sys-9", "10.0.0.2", LATER));
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.MAINTENANCE);
		this.cluster.maintenance(2, false);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.UNHEALTHY);
	}

	private static ServerReport replica(String system, String address, Instant start) {
		return ClusterScript.with(ClusterScript.standby(2, 100), ClusterScript.identity(system, address, start));
	}

}
