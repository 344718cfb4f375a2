package io.nexs.postgres.cluster;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a pin does to the choice of the primary, seen through whole reductions.
 */
class PinTests {

	private final ClusterScript cluster = new ClusterScript(3);

	private final ClusterScript refusing = new ClusterScript(3,
			MonitorSettings.defaults().withOnConflict(ConflictPolicy.REFUSE));

	@Test
	void pinWhenOnThePrimaryChangesNothingButIsTold() {
		long epoch = this.cluster.healthy(100).topology().epoch();
		pin(this.cluster, 1, true);
		Node first = this.cluster.node(1).node();
		assertThat(this.cluster.primary()).isEqualTo("node-1");
		assertThat(this.cluster.topology().pinned()).isEqualTo(first);
		assertThat(this.cluster.topology().epoch()).isEqualTo(epoch + 1);
		assertThat(this.cluster.events).containsExactly(new ClusterEvent.PinChanged(null, first));
		pin(this.cluster, 2, false);
		assertThat(this.cluster.topology().pinned()).isNull();
		assertThat(this.cluster.events).endsWith(new ClusterEvent.PinChanged(first, null));
	}

	@Test
	void pinWhenMovedFromNodeToNodeIsToldOnce() {
		pin(this.cluster.healthy(100), 1, true);
		pin(this.cluster, 2, true);
		assertThat(this.cluster.events)
			.contains(new ClusterEvent.PinChanged(this.cluster.node(1).node(), this.cluster.node(2).node()));
	}

	@Test
	void pinWhenTwoAreWritableOnOneTimelineDecides() {
		this.cluster.healthy(100).primary(2, 1, 100);
		assertThat(this.cluster.topology().conflict()).isEqualTo(PrimaryConflict.SAME_TIMELINE);
		pin(this.cluster, 2, true);
		assertThat(this.cluster.primary()).isEqualTo("node-2");
		assertThat(this.cluster.topology().conflict()).isEqualTo(PrimaryConflict.NONE);
		pin(this.cluster, 2, false);
		assertThat(this.cluster.primary()).isEqualTo("none");
		assertThat(this.cluster.topology().conflict()).isEqualTo(PrimaryConflict.SAME_TIMELINE);
	}

	@Test
	void pinWhenConflictsAreRefusedDecidesForTheNewestAndFencesTheOther() {
		this.refusing.healthy(100).primary(2, 2, 200);
		assertThat(this.refusing.topology().conflict()).isEqualTo(PrimaryConflict.REFUSED);
		pin(this.refusing, 2, true);
		assertThat(this.refusing.primary()).isEqualTo("node-2");
		assertThat(this.refusing.topology().term()).isEqualTo(new Term("sys-1", 2));
		assertThat(this.refusing.status(1)).isEqualTo(NodeStatus.FENCED);
	}

	@Test
	void pinWhenConflictsAreRefusedAndItIsOnTheOlderTimelineRefusesToo() {
		this.refusing.healthy(100).primary(2, 2, 200);
		pin(this.refusing, 1, true);
		assertThat(this.refusing.primary()).isEqualTo("none");
		assertThat(this.refusing.topology().conflict()).isEqualTo(PrimaryConflict.PINNED);
		assertThat(this.refusing.topology().pinProblem())
			.isEqualTo("pinned to node-1, which is healthy: newer timeline on node-2; unpin");
	}

	@Test
	void pinnedNodeWhenANewerTimelineAppearsIsFencedAndWritesWait() {
		pin(this.cluster.healthy(100), 1, true);
		this.cluster.primary(2, 2, 200);
		assertThat(this.cluster.primary()).isEqualTo("none");
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.FENCED);
		assertThat(this.cluster.topology().conflict()).isEqualTo(PrimaryConflict.PINNED);
		assertThat(this.cluster.topology().describe())
			.contains("pinned to node-1, which is fenced: newer timeline on node-2; unpin");
		pin(this.cluster, 1, false);
		assertThat(this.cluster.primary()).isEqualTo("node-2");
		assertThat(this.cluster.topology().pinProblem()).isNull();
	}

	@Test
	void pinnedNodeWhenLostIsNotReplacedByAnother() {
		pin(this.cluster.healthy(100), 1, true);
		this.cluster.fails(1, 3).primary(2, 2, 200);
		assertThat(this.cluster.primary()).isEqualTo("none");
		assertThat(this.cluster.topology().pinProblem())
			.isEqualTo("pinned to node-1, which is unhealthy: newer timeline on node-2; unpin");
	}

	@Test
	void pinnedNodeWhenItIsAReplicaTakesNoWrites() {
		pin(this.cluster.healthy(100), 2, true);
		assertThat(this.cluster.primary()).isEqualTo("none");
		assertThat(this.cluster.topology().pinProblem())
			.isEqualTo("pinned to node-2, which is healthy: newer timeline on node-1; unpin");
	}

	@Test
	void pinnedNodeWhenPromotedOntoANewTimelineIsThePrimary() {
		pin(this.cluster.healthy(100), 2, true);
		this.cluster.primary(2, 2, 200);
		assertThat(this.cluster.primary()).isEqualTo("node-2");
		assertThat(this.cluster.status(1)).isEqualTo(NodeStatus.FENCED);
	}

	@Test
	void pinnedNodeWhenSuspectOrInMaintenanceTakesNoWrites() {
		pin(this.cluster.healthy(100), 1, true);
		this.cluster.late(1);
		assertThat(this.cluster.primary()).isEqualTo("none");
		this.cluster.primary(1, 1, 100);
		assertThat(this.cluster.primary()).isEqualTo("node-1");
		this.cluster.maintenance(1, true);
		assertThat(this.cluster.primary()).isEqualTo("none");
		assertThat(this.cluster.topology().pinProblem())
			.isEqualTo("pinned to node-1, which is maintenance, a PRIMARY; unpin to let another node take writes");
	}

	private static void pin(ClusterScript script, int node, boolean on) {
		script.apply(new Observation.PinChanged("node-" + node, script.nanoTime, Instant.EPOCH, on));
	}

}
