package io.nexs.postgres.cluster;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which node is the primary, seen through whole reductions.
 */
class PrimaryElectionTests {

	private final ClusterScript cluster = new ClusterScript(3);

	private final ClusterScript refusing = new ClusterScript(3,
			MonitorSettings.defaults().withOnConflict(ConflictPolicy.REFUSE));

	@Test
	void primaryWhenOneNodeIsWritableIsThatNode() {
		this.cluster.replica(1, 90).primary(2, 7, 100);
		assertThat(this.cluster.primary()).isEqualTo("node-2");
		assertThat(this.cluster.topology().term()).isEqualTo(new Term("sys-1", 7));
	}

	@Test
	void primaryWhenSuspectGetsNoWork() {
		this.cluster.healthy(100).fails(1);
		assertThat(this.cluster.primary()).isEqualTo("none");
		assertThat(this.cluster.role(1)).isEqualTo(NodeRole.PRIMARY);
		assertThat(this.cluster.topology().term()).isEqualTo(new Term("sys-1", 1));
	}

	@Test
	void primaryWhenRecoveringIsUsedAtOnce() {
		this.cluster.healthy(100).fails(1, 3).primary(1, 1, 100);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.RECOVERING);
		assertThat(this.cluster.primary()).isEqualTo("node-1");
	}

	@Test
	void primaryWhenUnderMaintenanceIsNone() {
		this.cluster.healthy(100).maintenance(1, true);
		assertThat(this.cluster.primary()).isEqualTo("none");
		this.cluster.maintenance(1, false);
		assertThat(this.cluster.primary()).isEqualTo("node-1");
	}

	@Test
	void promotionWhenSeenBeforeTheOldPrimaryChangesBothInOneReduction() {
		this.cluster.healthy(100).primary(2, 2, 200);
		assertThat(this.cluster.primary()).isEqualTo("node-2");
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.FENCED);
		assertThat(this.cluster.node(1).lastError()).isEqualTo("writable on timeline 1, older than 2");
		Node first = this.cluster.node(1).node();
		Node second = this.cluster.node(2).node();
		assertThat(this.cluster.events).containsExactly(
				new ClusterEvent.StatusChanged(first, NodeStatus.HEALTHY, NodeStatus.FENCED,
						"writable on timeline 1, older than 2"),
				new ClusterEvent.RoleChanged(second, NodeRole.REPLICA, NodeRole.PRIMARY),
				new ClusterEvent.PrimaryChanged(first, second, new Term("sys-1", 2)));
	}

	@Test
	void commitWhenANewerTermIsKnownIsInDoubt() {
		this.cluster.healthy(100);
		assertThat(doubts(this.cluster, 1, 1)).isFalse();
		this.cluster.primary(2, 2, 200);
		assertThat(doubts(this.cluster, 1, 1)).isTrue();
		assertThat(doubts(this.cluster, 2, 2)).isFalse();
	}

	@Test
	void commitWhenConflictsAreRefusedIsInDoubtWhileANewerPrimaryIsSeen() {
		this.refusing.healthy(100).primary(2, 2, 200);
		assertThat(this.refusing.topology().term()).isEqualTo(new Term("sys-1", 1));
		assertThat(doubts(this.refusing, 1, 1)).isTrue();
		this.refusing.replica(2, 200);
		assertThat(doubts(this.refusing, 1, 1)).isFalse();
	}

	@Test
	void commitOnANodeInMaintenanceIsInDoubtWhenAnotherIsPrimaryOnItsTimeline() {
		this.cluster.healthy(100).maintenance(1, true);
		assertThat(doubts(this.cluster, 1, 1)).isFalse();
		this.cluster.primary(2, 1, 200);
		assertThat(this.cluster.primary()).isEqualTo("node-2");
		assertThat(doubts(this.cluster, 1, 1)).isTrue();
		assertThat(doubts(this.cluster, 2, 1)).isFalse();
	}

	private static boolean doubts(ClusterScript cluster, int node, int timeline) {
		return cluster.topology().doubts(new Term("sys-1", timeline), cluster.node(node).node());
	}

	@Test
	void oldPrimaryWhenSuspectIsFencedByTheNewerTerm() {
		this.cluster.healthy(100).fails(1).primary(2, 2, 200);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.FENCED);
		this.cluster.fails(1, 2);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.UNHEALTHY);
	}

	@Test
	void oldPrimaryWhenBackAfterBeingLostIsFenced() {
		this.cluster.healthy(100).fails(1, 3).primary(2, 2, 200).primary(1, 1, 150);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.FENCED);
		assertThat(this.cluster.role(1)).isEqualTo(NodeRole.PRIMARY);
		assertThat(this.cluster.primary()).isEqualTo("node-2");
	}

	@Test
	void oldPrimaryWhenTheNewerOneIsDeadStaysFenced() {
		this.cluster.healthy(100).fails(1, 3).primary(2, 2, 200).fails(2, 3).primary(1, 1, 150);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.FENCED);
		assertThat(this.cluster.primary()).isEqualTo("none");
		assertThat(this.cluster.topology().term()).isEqualTo(new Term("sys-1", 2));
	}

	@Test
	void fencedNodeWhenBackAsStandbyRecovers() {
		this.cluster.healthy(100).primary(2, 2, 200).replica(1, 200);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.RECOVERING);
		assertThat(this.cluster.role(1)).isEqualTo(NodeRole.REPLICA);
		this.cluster.replica(1, 200);
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.HEALTHY);
	}

	@Test
	void fencedNodeWhenPromotedAnewIsThePrimaryOfANewTerm() {
		this.cluster.healthy(100).primary(2, 2, 200).primary(1, 3, 300);
		assertThat(this.cluster.primary()).isEqualTo("node-1");
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.RECOVERING);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.FENCED);
	}

	@Test
	void primaryWhenItsTimelineRisesIsAnnouncedAgain() {
		this.cluster.healthy(100).primary(1, 2, 200);
		Node first = this.cluster.node(1).node();
		assertThat(this.cluster.events)
			.containsExactly(new ClusterEvent.PrimaryChanged(first, first, new Term("sys-1", 2)));
	}

	@Test
	void twoWritableNodesWhenOnOneTimelineAreAConflictAndKeepTheirStatus() {
		this.cluster.healthy(100).primary(2, 2, 200).primary(3, 2, 210);
		assertThat(this.cluster.primary()).isEqualTo("none");
		assertThat(this.cluster.topology().conflict()).isEqualTo(PrimaryConflict.SAME_TIMELINE);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.HEALTHY);
		assertThat(this.cluster.status(3)).isEqualTo(NodeStatus.HEALTHY);
		assertThat(this.cluster.events).contains(new ClusterEvent.ConflictDetected(PrimaryConflict.SAME_TIMELINE,
				List.of(this.cluster.node(2).node(), this.cluster.node(3).node())));
	}

	@Test
	void conflictWhenOneRivalIsOnlySuspectLasts() {
		this.cluster.healthy(100).primary(2, 1, 200).fails(2, 2);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.SUSPECT);
		assertThat(this.cluster.primary()).isEqualTo("none");
		this.cluster.fails(2);
		assertThat(this.cluster.primary()).isEqualTo("node-1");
		assertThat(this.cluster.topology().conflict()).isEqualTo(PrimaryConflict.NONE);
		assertThat(this.cluster.events).contains(new ClusterEvent.ConflictResolved(PrimaryConflict.SAME_TIMELINE));
	}

	@Test
	void conflictWhenOneRivalGoesIntoMaintenanceIsOver() {
		this.cluster.healthy(100).primary(2, 1, 200).maintenance(2, true);
		assertThat(this.cluster.primary()).isEqualTo("node-1");
	}

	@Test
	void conflictWhenOneRivalIsPromotedAgainIsOver() {
		this.cluster.healthy(100).primary(2, 1, 200).primary(3, 2, 300);
		assertThat(this.cluster.primary()).isEqualTo("node-3");
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.FENCED);
		assertThat(this.cluster.status(2)).isEqualTo(NodeStatus.FENCED);
	}

	@Test
	void oneServerWhenConfiguredTwiceIsNoConflict() {
		this.cluster.primary(1, 1, 100).answers(2, ClusterScript.writable(1, 1, 100)).replica(3, 100);
		assertThat(this.cluster.primary()).isEqualTo("node-1");
		assertThat(this.cluster.topology().conflict()).isEqualTo(PrimaryConflict.NONE);
		this.cluster.fails(1);
		assertThat(this.cluster.primary()).isEqualTo("node-2");
	}

	@Test
	void refuseWhenTwoNodesAreWritableHasNoPrimary() {
		this.refusing.healthy(100).primary(2, 2, 200);
		assertThat(this.refusing.primary()).isEqualTo("none");
		assertThat(this.refusing.topology().conflict()).isEqualTo(PrimaryConflict.REFUSED);
		assertThat(this.refusing.status(1)).isEqualTo(NodeStatus.HEALTHY);
	}

	@Test
	void refuseWhenTheRoguePromotionIsUndoneGoesOnWithTheOldTerm() {
		this.refusing.healthy(100).primary(2, 2, 200).fails(2, 3);
		assertThat(this.refusing.primary()).isEqualTo("node-1");
		assertThat(this.refusing.topology().term()).isEqualTo(new Term("sys-1", 1));
	}

	@Test
	void refuseWhenTheOldPrimaryIsGoneFollowsTheNewOneAndFencesTheOldForEver() {
		this.refusing.healthy(100).primary(2, 2, 200).replica(1, 200);
		assertThat(this.refusing.primary()).isEqualTo("node-2");
		this.refusing.fails(2, 3).primary(1, 1, 250);
		assertThat(this.refusing.primary()).isEqualTo("none");
		assertThat(this.refusing.status(1)).isEqualTo(NodeStatus.FENCED);
	}

	@Test
	void epochWhenOnlyMeasurementsChangeStays() {
		long epoch = this.cluster.healthy(100).topology().epoch();
		this.cluster.primary(1, 1, 500).replica(2, 300);
		assertThat(this.cluster.node(2).lagBytes()).isEqualTo(200);
		assertThat(this.cluster.topology().epoch()).isEqualTo(epoch);
		this.cluster.fails(2);
		assertThat(this.cluster.topology().epoch()).isEqualTo(epoch + 1);
	}

}
