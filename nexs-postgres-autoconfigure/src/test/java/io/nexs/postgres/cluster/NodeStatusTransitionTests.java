package io.nexs.postgres.cluster;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Status and role of single nodes.
 */
class NodeStatusTransitionTests {

	private final ClusterScript cluster = new ClusterScript(3);

	@Test
	void nodeWhenNeverObservedIsSuspectAndUnknown() {
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.SUSPECT);
		assertThat(this.cluster.role(1)).isEqualTo(NodeRole.UNKNOWN);
		assertThat(this.cluster.node(1).servesReads()).isFalse();
		assertThat(this.cluster.topology().hasPrimary()).isFalse();
	}

	@Test
	void nodeWhenFirstProbeAnsweredIsHealthyAtOnce() {
		this.cluster.replica(2, 100);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.HEALTHY);
		assertThat(this.cluster.node(2).servesReads()).isTrue();
	}

	@Test
	void healthyNodeWhenOneProbeFailsIsSuspectAndKeepsItsRole() {
		this.cluster.healthy(100).fails(2);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.SUSPECT);
		assertThat(this.cluster.role(2)).isEqualTo(NodeRole.REPLICA);
		assertThat(this.cluster.node(2).servesReads()).isFalse();
		assertThat(this.cluster.node(2).lastError()).isEqualTo("08001: refused");
	}

	@Test
	void suspectNodeWhenAnsweringIsHealthyAtOnce() {
		this.cluster.healthy(100).fails(2, 2).replica(2, 100);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.HEALTHY);
		assertThat(this.cluster.node(2).failures()).isZero();
		assertThat(this.cluster.node(2).lastError()).isNull();
	}

	@Test
	void nodeWhenFailureThresholdReachedIsUnhealthyAndOfUnknownRole() {
		this.cluster.healthy(100).fails(2, 2);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.SUSPECT);
		this.cluster.fails(2);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.UNHEALTHY);
		assertThat(this.cluster.role(2)).isEqualTo(NodeRole.UNKNOWN);
	}

	@Test
	void nodeThatNeverAnsweredWhenFailureThresholdReachedIsUnhealthy() {
		this.cluster.fails(2, 3);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.UNHEALTHY);
	}

	@Test
	void unhealthyNodeWhenAnsweringRecoversAndServesReadsMeanwhile() {
		this.cluster.healthy(100).fails(2, 3).replica(2, 100);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.RECOVERING);
		assertThat(this.cluster.node(2).servesReads()).isTrue();
		this.cluster.replica(2, 100);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.HEALTHY);
	}

	@Test
	void unhealthyNodeWhenSuccessThresholdIsOneIsHealthyAtOnce() {
		ClusterScript quick = new ClusterScript(2, MonitorSettings.defaults().withThresholds(1, 1));
		quick.healthy(100).fails(2);
		assertThat(quick.status(2)).isEqualTo(NodeStatus.UNHEALTHY);
		quick.replica(2, 100);
		assertThat(quick.status(2)).isEqualTo(NodeStatus.HEALTHY);
	}

	@Test
	void recoveringNodeWhenFailingIsUnhealthyAtOnceAndStartsOver() {
		ClusterScript slow = new ClusterScript(2, MonitorSettings.defaults().withThresholds(3, 3));
		slow.healthy(100).fails(2, 3).replica(2, 100).replica(2, 100).fails(2);
		assertThat(slow.status(2)).isEqualTo(NodeStatus.UNHEALTHY);
		slow.replica(2, 100).replica(2, 100);
		assertThat(slow.status(2)).isEqualTo(NodeStatus.RECOVERING);
		slow.replica(2, 100);
		assertThat(slow.status(2)).isEqualTo(NodeStatus.HEALTHY);
	}

	@Test
	void lateProbeWhenNodeHealthyMakesItSuspectWithoutCountingAFailure() {
		this.cluster.healthy(100).late(1);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.SUSPECT);
		assertThat(this.cluster.node(1).failures()).isZero();
		assertThat(this.cluster.node(1).lastError()).isEqualTo("no answer for 500 ms");
		assertThat(this.cluster.primary()).isEqualTo("none");
		this.cluster.primary(1, 1, 100);
		assertThat(this.cluster.primary()).isEqualTo("node-1");
	}

	@Test
	void lateProbeWhenNodeNotHealthyChangesNothing() {
		this.cluster.healthy(100).fails(2, 3);
		long epoch = this.cluster.topology().epoch();
		this.cluster.late(2);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.UNHEALTHY);
		assertThat(this.cluster.node(2).lastError()).isEqualTo("08001: refused");
		assertThat(this.cluster.topology().epoch()).isEqualTo(epoch);
	}

	@Test
	void maintenanceWhenBegunIsEndedByTheOperatorOnly() {
		this.cluster.healthy(100).maintenance(2, true).replica(2, 100).fails(2);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.MAINTENANCE);
		assertThat(this.cluster.role(2)).isEqualTo(NodeRole.REPLICA);
		assertThat(this.cluster.node(2).servesReads()).isFalse();
		this.cluster.replica(2, 100).maintenance(2, false);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.RECOVERING);
		this.cluster.replica(2, 100).replica(2, 100);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.HEALTHY);
	}

	@Test
	void maintenanceWhenNodeIsPromotedMeanwhileFollowsItsRole() {
		this.cluster.healthy(100).maintenance(2, true).primary(2, 2, 200);
		assertThat(this.cluster.role(2)).isEqualTo(NodeRole.PRIMARY);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.MAINTENANCE);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.FENCED);
		assertThat(this.cluster.primary()).isEqualTo("none");
		this.cluster.maintenance(2, false);
		assertThat(this.cluster.primary()).isEqualTo("node-2");
	}

	@Test
	void maintenanceWhenEndedOnADeadNodeLeadsToUnhealthy() {
		this.cluster.healthy(100).maintenance(2, true).fails(2, 3);
		assertThat(this.cluster.role(2)).isEqualTo(NodeRole.UNKNOWN);
		this.cluster.maintenance(2, false);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.UNHEALTHY);
	}

	@Test
	void maintenanceWhenEndedOnANodeNotUnderMaintenanceChangesNothing() {
		this.cluster.healthy(100).maintenance(2, false);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.HEALTHY);
		assertThat(this.cluster.events).isEmpty();
	}

	@Test
	void moveWhenNotInTheTableIsRefused() {
		NodeDraft draft = new NodeDraft(this.cluster.healthy(100).node(2), null);
		draft.status = NodeStatus.RECOVERING;
		assertThatIllegalStateException().isThrownBy(draft::freeze)
			.withMessageContaining("node-2")
			.withMessageContaining("HEALTHY to RECOVERING");
	}

	@Test
	void observationWhenNodeUnknownIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.cluster.fails(9))
			.withMessageContaining("node-1, node-2, node-3");
	}

}
