package io.nexs.postgres.cluster;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What silence does to a node, and what an answer to traffic takes back.
 */
class NodeSilenceTests {

	private final ClusterScript cluster = new ClusterScript(3);

	@Test
	void suspicionWhenItRestsOnSilenceIsClearedByTraffic() {
		this.cluster.healthy(100).late(1).silentlyFails(1).silentlyFails(1);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.SUSPECT);
		assertThat(this.cluster.primary()).isEqualTo("none");
		this.cluster.hears(1);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.HEALTHY);
		assertThat(this.cluster.node(1).failures()).isZero();
		assertThat(this.cluster.node(1).lastError()).isNull();
		assertThat(this.cluster.primary()).isEqualTo("node-1");
	}

	@Test
	void suspicionWhenAProbeWasRefusedIsNotClearedByTraffic() {
		this.cluster.healthy(100).fails(1).silentlyFails(1).hears(1);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.SUSPECT);
		this.cluster.primary(1, 1, 100).silentlyFails(1).fails(1).hears(1);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.SUSPECT);
	}

	@Test
	void trafficWhenTheNodeHasNoRoleMakesItNeitherHealthyNorAPrimary() {
		this.cluster.silentlyFails(1).hears(1);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.SUSPECT);
		this.cluster.healthy(100).silentlyFails(1).silentlyFails(1).silentlyFails(1).hears(1);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.UNHEALTHY);
	}

	@Test
	void trafficWhenTheNodeIsFencedDoesNotUnfenceIt() {
		this.cluster.healthy(100).late(1).primary(2, 2, 200).hears(1);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.FENCED);
		assertThat(this.cluster.primary()).isEqualTo("node-2");
	}

	@Test
	void silenceWhenTooLongLosesTheNodeWhateverItsFailures() {
		this.cluster.healthy(100).late(1);
		this.cluster.events.clear();
		this.cluster.silent(1);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.UNHEALTHY);
		assertThat(this.cluster.role(1)).isEqualTo(NodeRole.UNKNOWN);
		assertThat(this.cluster.node(1).lastError()).isEqualTo("no answer on any connection for 30000 ms");
		assertThat(this.cluster.eventNames()).containsExactly("RoleChanged", "StatusChanged", "NodeLost");
	}

	@Test
	void silenceWhenTheNodeIsGivenUpAlreadyIsAnEventAllTheSame() {
		this.cluster.healthy(100).fails(1, 3);
		this.cluster.events.clear();
		this.cluster.silent(1);
		assertThat(this.cluster.eventNames()).containsExactly("NodeLost");
	}

	@Test
	void silenceWhenTheNodeIsInMaintenanceLosesItThere() {
		this.cluster.healthy(100).maintenance(2, true).silent(2);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.MAINTENANCE);
		assertThat(this.cluster.role(2)).isEqualTo(NodeRole.UNKNOWN);
		assertThat(this.cluster.eventNames()).endsWith("NodeLost");
	}

	@Test
	void silenceWhenTheNodeNeverAnsweredIsNoLoss() {
		this.cluster.fails(3).silent(3);
		assertThat(this.cluster.eventNames()).doesNotContain("NodeLost");
		assertThat(this.cluster.node(3).lastError()).isEqualTo("08001: refused");
	}

	@Test
	void limitWhenBelowTheTimeOfAProbeIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MonitorSettings.defaults().withLostAfter(Duration.ofMillis(999)))
			.withMessageContaining("PT0.999S");
	}

}
