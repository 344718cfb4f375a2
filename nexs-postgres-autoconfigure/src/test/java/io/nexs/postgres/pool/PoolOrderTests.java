package io.nexs.postgres.pool;

import java.time.Instant;
import java.util.List;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.ConnectionLimits;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeIdentity;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.cluster.Term;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.dsn.HostAndPort;
import io.nexs.postgres.dsn.PostgresDsn;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What changes of the cluster mean for open connections.
 */
class PoolOrderTests {

	private static final Instant BOOT = Instant.parse("2026-01-01T00:00:00Z");

	private static final Term TERM = new Term("sys-1", 2);

	private final Node first = node(1);

	private final Node second = node(2);

	@Test
	void lostPrimaryWhenInMaintenanceIsAbortedOnceThereIsAnother() {
		NodeState lost = state(this.first, NodeRole.UNKNOWN, NodeStatus.MAINTENANCE, 0);
		assertThat(newPrimaryBeside(lost)).extracting(PoolOrder::node, PoolOrder::kind)
			.containsExactly(tuple(this.first, PoolOrder.Kind.ABORT));
	}

	@Test
	void writableNodeWhenInMaintenanceIsAbortedOnceThereIsAnother() {
		assertThat(newPrimaryBeside(state(this.first, NodeRole.PRIMARY, NodeStatus.MAINTENANCE, 1))).hasSize(1);
		assertThat(newPrimaryBeside(state(this.first, NodeRole.PRIMARY, NodeStatus.MAINTENANCE, 2))).hasSize(1);
	}

	@Test
	void nodeWhenInMaintenanceUnderAnotherAddressOfThePrimaryIsKept() {
		NodeState primary = state(this.second, NodeRole.PRIMARY, NodeStatus.HEALTHY, 2);
		NodeState alias = new NodeState(this.first, NodeRole.PRIMARY, NodeStatus.MAINTENANCE, 2, null, 0, 0, 1,
				primary.identity(), false, false, false, 0, 1, BOOT, null);
		assertThat(newPrimaryBeside(alias)).isEmpty();
	}

	@Test
	void replicaWhenInMaintenanceIsKept() {
		assertThat(newPrimaryBeside(state(this.first, NodeRole.REPLICA, NodeStatus.MAINTENANCE, 1))).isEmpty();
	}

	@Test
	void lostPrimaryWhenThereIsNoOtherIsKept() {
		NodeState lost = state(this.first, NodeRole.UNKNOWN, NodeStatus.UNHEALTHY, 0);
		NodeState replica = state(this.second, NodeRole.REPLICA, NodeStatus.HEALTHY, 1);
		ClusterEvent event = new ClusterEvent.RoleChanged(this.first, NodeRole.PRIMARY, NodeRole.UNKNOWN);
		assertThat(PoolOrder.of(event, topology(lost, replica, null))).isEmpty();
	}

	@Test
	void formerPrimaryWhenItIsLostBesideAnotherIsAborted() {
		NodeState lost = state(this.first, NodeRole.UNKNOWN, NodeStatus.MAINTENANCE, 0);
		NodeState primary = state(this.second, NodeRole.PRIMARY, NodeStatus.HEALTHY, 2);
		ClusterEvent event = new ClusterEvent.RoleChanged(this.first, NodeRole.PRIMARY, NodeRole.UNKNOWN);
		assertThat(PoolOrder.of(event, topology(lost, primary, primary))).extracting(PoolOrder::kind)
			.containsExactly(PoolOrder.Kind.ABORT);
	}

	private List<PoolOrder> newPrimaryBeside(NodeState other) {
		NodeState primary = state(this.second, NodeRole.PRIMARY, NodeStatus.HEALTHY, 2);
		return PoolOrder.of(new ClusterEvent.PrimaryChanged(null, this.second, TERM),
				topology(other, primary, primary));
	}

	private static Topology topology(NodeState one, NodeState other, @Nullable NodeState primary) {
		return new Topology(1, List.of(one, other), primary, TERM, PrimaryConflict.NONE, null);
	}

	private static Node node(int number) {
		return new Node("node-" + number, PostgresDsn.of(new HostAndPort("10.0.0." + number, 5432), "app"));
	}

	private static NodeState state(Node node, NodeRole role, NodeStatus status, int timeline) {
		NodeIdentity identity = new NodeIdentity("sys-1", node.address().host(), 5432, BOOT, "18.1",
				ConnectionLimits.of(100), "read committed");
		return new NodeState(node, role, status, timeline, null, 0, 0, 1, identity, false, false, false, 0, 1, BOOT,
				null);
	}

}
