package io.nexs.postgres.routing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.dsn.HostAndPort;
import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.pool.NodeConnector;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.pool.NodeTraffic;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.pool.Pooler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ReadChoice} on {@link RoutingTable}: the read preferences, without a
 * server.
 */
class ReadChoiceTests {

	private final List<Node> nodes = List.of(node("p", 1, "a"), node("r1", 1, "a", "reports"), node("r2", 1, "b"));

	private final NodePools pools = new NodePools(this.nodes,
			new PoolSettings(1, 0, PoolSettings.defaults().maxConnLifetime(), PoolSettings.defaults().maxConnIdleTime(),
					PoolSettings.Timeouts.defaults(), PoolSettings.defaults().leakDetectionThreshold(),
					PoolSettings.defaults().keepaliveTime(), null, Map.of(), Map.of(), Pooler.NONE, Map.of()),
			new NodeConnector(PoolSettings.defaults()), mock(NodeTraffic.class));

	private final List<NodeTarget> targets = targets();

	private final ReadChoice choice = new ReadChoice(Integer.MAX_VALUE);

	@AfterEach
	void close() {
		this.pools.close();
	}

	private List<NodeTarget> targets() {
		List<NodeTarget> made = new ArrayList<>();
		for (NodePool pool : this.pools.all()) {
			made.add(new NodeTarget(pool, made.size()));
		}
		return made;
	}

	private static Node node(String id, int weight, String zone, String... tags) {
		return new Node(id, PostgresDsn.of(new HostAndPort("127.0.0.1", 1), "db"), weight, zone, Set.of(tags));
	}

	private RoutingTable table(@Nullable String zone, NodeStatus p, NodeStatus r1, NodeStatus r2) {
		return table(this.nodes, zone, p, r1, r2);
	}

	private RoutingTable table(List<Node> nodes, @Nullable String zone, NodeStatus p, NodeStatus r1, NodeStatus r2) {
		NodeState primary = state(nodes.get(0), NodeRole.PRIMARY, p);
		Topology topology = new Topology(1,
				List.of(primary, state(nodes.get(1), NodeRole.REPLICA, r1), state(nodes.get(2), NodeRole.REPLICA, r2)),
				p.takesWork() ? primary : null, null, PrimaryConflict.NONE);
		return RoutingTable.of(topology, this.targets, zone, rules(), null);
	}

	private static RoutingRules rules() {
		return new RoutingRules(ReadPreference.SECONDARY_PREFERRED, new RoundRobin(), BalancerKind.ROUND_ROBIN,
				Map.of());
	}

	private static NodeState state(Node node, NodeRole role, NodeStatus status) {
		NodeRole known = (status == NodeStatus.UNHEALTHY) ? NodeRole.UNKNOWN : role;
		return new NodeState(node, known, status, 1, null, 0, 0, 1, null, false, false, false, 0, 0, null, null);
	}

	/**
	 * What is chosen over many rounds, as node and reason.
	 */
	private Set<String> chosen(RoutingTable table, ReadPreference preference, long excluded, String... tags) {
		Set<String> seen = new HashSet<>();
		for (int i = 0; i < 200; i++) {
			Way decision = this.choice.choose(table, preference, Set.of(tags), excluded);
			seen.add((decision == null) ? "none"
					: decision.target().node().id() + " " + decision.route().reason().tag());
		}
		return seen;
	}

	private Set<String> chosen(RoutingTable table, ReadPreference preference) {
		return chosen(table, preference, 0);
	}

	@Test
	void everyPreferenceWhenAllNodesAreThere() {
		RoutingTable table = table(null, NodeStatus.HEALTHY, NodeStatus.HEALTHY, NodeStatus.HEALTHY);
		assertThat(chosen(table, ReadPreference.PRIMARY)).containsOnly("p preference-primary");
		assertThat(chosen(table, ReadPreference.PRIMARY_PREFERRED)).containsOnly("p preference-primary");
		assertThat(chosen(table, ReadPreference.SECONDARY)).containsOnly("r1 read-only", "r2 read-only");
		assertThat(chosen(table, ReadPreference.SECONDARY_PREFERRED)).containsOnly("r1 read-only", "r2 read-only");
		assertThat(chosen(table, ReadPreference.NEAREST)).singleElement().asString().endsWith(" nearest");
	}

	@Test
	void everyPreferenceWhenOnlyThePrimaryIsThere() {
		RoutingTable table = table(null, NodeStatus.HEALTHY, NodeStatus.UNHEALTHY, NodeStatus.SUSPECT);
		assertThat(chosen(table, ReadPreference.PRIMARY)).containsOnly("p preference-primary");
		assertThat(chosen(table, ReadPreference.PRIMARY_PREFERRED)).containsOnly("p preference-primary");
		assertThat(chosen(table, ReadPreference.SECONDARY)).containsOnly("none");
		assertThat(chosen(table, ReadPreference.SECONDARY_PREFERRED)).containsOnly("p fallback-to-primary");
		assertThat(chosen(table, ReadPreference.NEAREST)).containsOnly("p nearest");
	}

	@Test
	void everyPreferenceWhenThereIsNoPrimary() {
		RoutingTable table = table(null, NodeStatus.UNHEALTHY, NodeStatus.HEALTHY, NodeStatus.UNHEALTHY);
		assertThat(chosen(table, ReadPreference.PRIMARY)).containsOnly("none");
		assertThat(chosen(table, ReadPreference.PRIMARY_PREFERRED)).containsOnly("r1 fallback-to-replica");
		assertThat(chosen(table, ReadPreference.SECONDARY)).containsOnly("r1 read-only");
		assertThat(chosen(table, ReadPreference.SECONDARY_PREFERRED)).containsOnly("r1 read-only");
		assertThat(chosen(table, ReadPreference.NEAREST)).containsOnly("r1 nearest");
	}

	@Test
	void nodesOutOfServiceAreNeverChosen() {
		for (NodeStatus status : List.of(NodeStatus.SUSPECT, NodeStatus.UNHEALTHY, NodeStatus.MAINTENANCE,
				NodeStatus.FENCED)) {
			RoutingTable table = table(null, NodeStatus.HEALTHY, NodeStatus.HEALTHY, status);
			assertThat(chosen(table, ReadPreference.SECONDARY)).as(status.name()).containsOnly("r1 read-only");
		}
	}

	@Test
	void recoveringReplicaServesAShareAndAllWhenAlone() {
		RoutingTable table = table(null, NodeStatus.HEALTHY, NodeStatus.HEALTHY, NodeStatus.RECOVERING);
		int recovering = 0;
		for (int i = 0; i < 4000; i++) {
			Way decision = this.choice.choose(table, ReadPreference.SECONDARY, Set.of(), 0);
			assertThat(decision).isNotNull();
			recovering += decision.target().node().id().equals("r2") ? 1 : 0;
		}
		assertThat(recovering).as("half of every eighth").isBetween(100, 500);
		RoutingTable alone = table(null, NodeStatus.HEALTHY, NodeStatus.UNHEALTHY, NodeStatus.RECOVERING);
		assertThat(chosen(alone, ReadPreference.SECONDARY_PREFERRED)).containsOnly("r2 read-only");
	}

	@Test
	void tagsNarrowTheReplicasAndFallBackByPreference() {
		RoutingTable table = table(null, NodeStatus.HEALTHY, NodeStatus.HEALTHY, NodeStatus.HEALTHY);
		assertThat(chosen(table, ReadPreference.SECONDARY, 0, "reports")).containsOnly("r1 read-only");
		assertThat(chosen(table, ReadPreference.SECONDARY, 0, "unknown")).containsOnly("none");
		assertThat(chosen(table, ReadPreference.SECONDARY_PREFERRED, 0, "unknown"))
			.containsOnly("p fallback-to-primary");
	}

	@Test
	void zoneIsPreferredWhileItHasAReplica() {
		assertThat(chosen(table("b", NodeStatus.HEALTHY, NodeStatus.HEALTHY, NodeStatus.HEALTHY),
				ReadPreference.SECONDARY))
			.containsOnly("r2 read-only");
		assertThat(chosen(table("b", NodeStatus.HEALTHY, NodeStatus.HEALTHY, NodeStatus.UNHEALTHY),
				ReadPreference.SECONDARY))
			.containsOnly("r1 read-only");
	}

	@Test
	void excludedNodesAreNotChosen() {
		RoutingTable table = table(null, NodeStatus.HEALTHY, NodeStatus.HEALTHY, NodeStatus.HEALTHY);
		assertThat(chosen(table, ReadPreference.SECONDARY_PREFERRED, this.targets.get(1).bit()))
			.containsOnly("r2 read-only");
		assertThat(chosen(table, ReadPreference.SECONDARY_PREFERRED,
				this.targets.get(1).bit() | this.targets.get(2).bit()))
			.containsOnly("p fallback-to-primary");
	}

	@Test
	void tableWhenAWeightChangedHasOtherListsSoThatABalancerWorksOutItsTurnAnew() {
		RoutingTable before = table(null, NodeStatus.HEALTHY, NodeStatus.HEALTHY, NodeStatus.HEALTHY);
		RoutingTable after = RoutingTable.of(before.topology(), this.targets, null,
				before.rules().with(Map.of("r1", 3)), before);
		assertThat(after.replicas()).isEqualTo(before.replicas()).isNotSameAs(before.replicas());
		assertThat(after.nearest()).isEqualTo(before.nearest()).isNotSameAs(before.nearest());
	}

	@Test
	void listsStayTheSameInstancesWhileTheNodesDo() {
		RoutingTable before = table(null, NodeStatus.HEALTHY, NodeStatus.HEALTHY, NodeStatus.HEALTHY);
		RoutingTable after = RoutingTable.of(before.topology(), this.targets, null, before.rules(), before);
		assertThat(after.replicas()).isSameAs(before.replicas());
		assertThat(after.nearest()).isSameAs(before.nearest());
	}

}
