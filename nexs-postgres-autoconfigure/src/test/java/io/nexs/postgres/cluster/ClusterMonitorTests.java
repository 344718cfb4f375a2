package io.nexs.postgres.cluster;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The monitor over real servers, which are killed, frozen and promoted.
 */
class ClusterMonitorTests {

	private static final MonitorSettings BRISK = MonitorSettings.defaults()
		.withTimes(Duration.ofMillis(200), Duration.ofMillis(25), Duration.ofSeconds(1));

	private static EmbeddedCluster cluster;

	private final List<ClusterEvent> events = new CopyOnWriteArrayList<>();

	private @Nullable ClusterMonitor monitor;

	@BeforeAll
	static void startCluster() {
		cluster = EmbeddedCluster.builder().replicas(2).start();
	}

	@AfterAll
	static void closeCluster() {
		cluster.close();
	}

	@BeforeEach
	void repairCluster() {
		String primary = cluster.primary().id();
		for (EmbeddedNode node : cluster.nodes()) {
			if (!node.id().equals(primary)) {
				cluster.rejoin(node.id());
			}
		}
	}

	@AfterEach
	void closeMonitor() {
		if (this.monitor != null) {
			this.monitor.close();
		}
		assertThat(monitorThreads()).isEmpty();
	}

	@Test
	void rolesWhenStartReturnsAreKnown() throws SQLException {
		Topology topology = start(BRISK).topology();
		NodeState primary = topology.primary();
		assertThat(primary).isNotNull();
		assertThat(primary.id()).isEqualTo(cluster.primary().id());
		assertThat(primary.lsn()).isNotNull();
		assertThat(topology.nodes()).extracting(NodeState::status).containsOnly(NodeStatus.HEALTHY);
		assertThat(topology.nodes()).filteredOn((node) -> node.role() == NodeRole.REPLICA).hasSize(2);
		assertThat(topology.nodes()).extracting((node) -> node.identity().systemIdentifier())
			.containsOnly(topology.term().systemIdentifier());
		assertThat(primary.identity().serverVersion()).isEqualTo(serverVersion());
		assertThat(primary.identity().limits().available()).isPositive();
		assertThat(primary.identity().defaultIsolation()).isEqualTo("read committed");
		assertThat(primary.identity().startedAt()).isBefore(Instant.now());
		assertThat(topology.term().timeline()).isEqualTo(cluster.primary().timeline());
	}

	private static String serverVersion() throws SQLException {
		try (Connection connection = cluster.primary().connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("show server_version")) {
			row.next();
			return row.getString(1);
		}
	}

	@Test
	void switchoverWhenDoneIsFollowedAndTheOldPrimaryBecomesAReplica() {
		start(BRISK);
		String before = cluster.primary().id();
		String next = cluster.replicas().get(0).id();
		cluster.switchover(next);
		await().until(() -> primaryIs(next));
		await().until(() -> servesReads(before));
		assertThat(topology().term().timeline()).isEqualTo(cluster.primary().timeline());
	}

	@Test
	void promotionWhenTheOldPrimaryLivesFencesIt() {
		start(BRISK);
		String before = cluster.primary().id();
		String next = cluster.replicas().get(1).id();
		cluster.promote(next);
		await().until(() -> primaryIs(next) && topology().node(before).status() == NodeStatus.FENCED);
		assertThat(topology().node(before).role()).isEqualTo(NodeRole.PRIMARY);
		cluster.rejoin(before);
		await().until(() -> servesReads(before) && topology().node(before).status() == NodeStatus.HEALTHY);
	}

	@Test
	void replicaWhenKilledIsUnhealthyAndReturnsThroughRecovering() {
		start(BRISK);
		EmbeddedNode replica = cluster.replicas().get(0);
		replica.kill();
		await().until(() -> topology().node(replica.id()).status() == NodeStatus.UNHEALTHY);
		assertThat(topology().hasPrimary()).isTrue();
		assertThat(topology().node(replica.id()).lastError()).isNotBlank();
		this.events.clear();
		replica.start();
		await().until(() -> topology().node(replica.id()).status() == NodeStatus.HEALTHY);
		assertThat(this.events).filteredOn(ClusterEvent.StatusChanged.class::isInstance)
			.extracting((event) -> ((ClusterEvent.StatusChanged) event).to())
			.containsExactly(NodeStatus.RECOVERING, NodeStatus.HEALTHY);
		assertThat(this.events).filteredOn(ClusterEvent.IdentityChanged.class::isInstance)
			.singleElement()
			.matches((event) -> !((ClusterEvent.IdentityChanged) event).endpoint());
	}

	@Test
	void nodeWhenFrozenIsSuspectWithinTwoSecondsAndHoldsUpNoOther() {
		start(MonitorSettings.defaults());
		EmbeddedNode replica = cluster.replicas().get(0);
		replica.freeze();
		long frozenAt = System.nanoTime();
		try {
			await().until(() -> topology().node(replica.id()).status() == NodeStatus.SUSPECT);
			assertThat(Duration.ofNanos(System.nanoTime() - frozenAt)).isLessThan(Duration.ofSeconds(2));
			assertThat(topology().node(replica.id()).lastError()).startsWith("no answer for");
			await().until(() -> topology().node(replica.id()).status() == NodeStatus.UNHEALTHY);
			String primary = cluster.primary().id();
			assertThat(topology().node(primary).lastProbe()).isAfter(Instant.now().minusMillis(1800));
		}
		finally {
			replica.thaw();
		}
		await().until(() -> topology().node(replica.id()).status() == NodeStatus.HEALTHY);
	}

	@Test
	void replicaWhenReplayIsPausedLagsUntilItGoesOn() throws SQLException {
		start(BRISK.withMaxLag(Duration.ofMillis(300), 1024));
		EmbeddedNode replica = cluster.replicas().get(0);
		execute(cluster.primary(), "drop table if exists lag_test");
		await().until(() -> topology().node(replica.id()).lagBytes() == 0);
		replica.pauseReplay();
		execute(cluster.primary(), "create table lag_test as select repeat('x', 100) from generate_series(1, 1000)");
		await().until(() -> topology().node(replica.id()).lagging());
		assertThat(servesReads(replica.id())).isFalse();
		assertThat(topology().node(replica.id()).lagMillis()).isGreaterThan(300);
		replica.resumeReplay();
		await().until(() -> servesReads(replica.id()));
	}

	@Test
	void replicaWhenThePrimaryIsIdleDoesNotLag() throws SQLException {
		execute(cluster.primary(), "create table if not exists idle_test (id int)");
		try (Connection open = cluster.primary().connect(); Statement statement = open.createStatement()) {
			open.setAutoCommit(false);
			statement.execute("insert into idle_test values (1)");
			start(BRISK.withMaxLag(Duration.ofMillis(300), 0));
			String replica = cluster.replicas().get(0).id();
			Awaitility.await()
				.during(Duration.ofSeconds(2))
				.atMost(Duration.ofSeconds(4))
				.until(() -> !topology().node(replica).lagging() && topology().node(replica).lagMillis() == 0);
		}
	}

	@Test
	void probeWhenRoleHasNothingButLoginWorks() throws SQLException {
		execute(cluster.primary(), "drop role if exists plain", "create role plain login",
				"revoke execute on function pg_control_system() from public");
		try {
			await().until(() -> canLogIn("plain"));
			Topology topology = start(BRISK, "plain").topology();
			assertThat(topology.nodes()).extracting(NodeState::status).containsOnly(NodeStatus.HEALTHY);
			assertThat(topology.primary().id()).isEqualTo(cluster.primary().id());
			assertThat(topology.primary().identity().systemIdentifier()).isEmpty();
			assertThat(topology.term().timeline()).isEqualTo(cluster.primary().timeline());
			assertThat(topology.nodes()).filteredOn((node) -> node.role() == NodeRole.REPLICA)
				.extracting(NodeState::timeline)
				.containsOnly(0);
		}
		finally {
			execute(cluster.primary(), "grant execute on function pg_control_system() to public");
		}
	}

	@Test
	void probeWhenRoleMayReadReplicationKnowsTheTimelineOfReplicas() {
		start(BRISK);
		await().until(
				() -> topology().nodes().stream().allMatch((node) -> node.timeline() == topology().term().timeline()));
	}

	@Test
	void writersWhenThePrimaryIsLostAreWokenTogetherByTheNextOne() throws Exception {
		start(BRISK);
		String next = cluster.replicas().get(0).id();
		cluster.primary().kill();
		await().until(() -> !topology().hasPrimary());
		assertThat(this.monitor.awaitPrimary(Duration.ofMillis(50))).isFalse();
		List<CompletableFuture<Boolean>> waiters = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			waiters.add(CompletableFuture.supplyAsync(this::awaitPrimary));
		}
		cluster.promote(next);
		for (CompletableFuture<Boolean> waiter : waiters) {
			assertThat(waiter.get(10, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(topology().primary().id()).isEqualTo(next);
	}

	@Test
	void failureWhenReportedByTrafficIsProbedAtOnce() {
		start(MonitorSettings.defaults()
			.withTimes(Duration.ofMinutes(5), Duration.ofMillis(25), Duration.ofSeconds(1)));
		EmbeddedNode replica = cluster.replicas().get(0);
		replica.kill();
		assertThat(topology().node(replica.id()).status()).isEqualTo(NodeStatus.HEALTHY);
		this.monitor.reportFailure(replica.id(), "57P01");
		await().until(() -> topology().node(replica.id()).status() == NodeStatus.UNHEALTHY);
		assertThatIllegalArgumentException().isThrownBy(() -> this.monitor.reportFailure("node-9", null));
	}

	@Test
	void maintenanceWhenOrderedTakesTheNodeOutUntilItIsGivenBack() {
		start(BRISK);
		String replica = cluster.replicas().get(0).id();
		this.monitor.maintenance(replica, true);
		await().until(() -> topology().node(replica).status() == NodeStatus.MAINTENANCE);
		this.monitor.maintenance(replica, false);
		await().until(() -> topology().node(replica).status() == NodeStatus.HEALTHY);
	}

	@Test
	void listenerWhenItThrowsStopsNoOther() {
		List<Topology> seen = new CopyOnWriteArrayList<>();
		start(BRISK, "postgres", (created) -> {
			created.addListener((topology, changes) -> {
				throw new IllegalStateException("on purpose");
			});
			created.addListener((topology, changes) -> seen.add(topology));
		});
		await().until(() -> seen.size() > 3);
		assertThat(seen).isSortedAccordingTo((a, b) -> Long.compare(a.epoch(), b.epoch()));
	}

	@Test
	void closeWhenAProbeHangsCutsItOff() {
		start(MonitorSettings.defaults()
			.withTimes(Duration.ofMillis(200), Duration.ofMillis(25), Duration.ofSeconds(3)));
		EmbeddedNode replica = cluster.replicas().get(0);
		replica.freeze();
		try {
			await().until(() -> topology().node(replica.id()).status() == NodeStatus.SUSPECT);
			long begin = System.nanoTime();
			this.monitor.close();
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
			assertThat(monitorThreads()).isEmpty();
		}
		finally {
			replica.thaw();
		}
	}

	private ClusterMonitor start(MonitorSettings settings) {
		return start(settings, "postgres");
	}

	private ClusterMonitor start(MonitorSettings settings, String username) {
		return start(settings, username, (created) -> {
		});
	}

	private ClusterMonitor start(MonitorSettings settings, String username, Consumer<ClusterMonitor> customizer) {
		List<Node> nodes = cluster.nodes()
			.stream()
			.map((node) -> new Node(node.id(), PostgresDsn.parse(node.dsn())))
			.toList();
		ClusterMonitor created = new ClusterMonitor(nodes, settings, new DriverManagerConnector(username));
		this.monitor = created;
		customizer.accept(created);
		created.start();
		created.addListener((topology, changes) -> this.events.addAll(changes));
		return created;
	}

	private boolean awaitPrimary() {
		try {
			return this.monitor.awaitPrimary(Duration.ofSeconds(60));
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Topology topology() {
		return this.monitor.topology();
	}

	private boolean primaryIs(String id) {
		NodeState primary = topology().primary();
		return primary != null && primary.id().equals(id);
	}

	private boolean servesReads(String id) {
		return topology().node(id).servesReads();
	}

	private static boolean canLogIn(String role) {
		for (EmbeddedNode node : cluster.nodes()) {
			Node target = new Node(node.id(), PostgresDsn.parse(node.dsn()));
			try (Connection connection = new DriverManagerConnector(role).open(target, Duration.ofSeconds(1))) {
				connection.isValid(1);
			}
			catch (SQLException ex) {
				return false;
			}
		}
		return true;
	}

	private static void execute(EmbeddedNode node, String... statements) throws SQLException {
		try (Connection connection = node.connect(); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	private static List<String> monitorThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("nexs-db-"))
			.toList();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(10));
	}

}
