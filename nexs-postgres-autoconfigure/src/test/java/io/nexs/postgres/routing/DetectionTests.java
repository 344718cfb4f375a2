package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How soon a node that answers no more is seen, and what an answer to traffic says.
 */
class DetectionTests {

	private static EmbeddedCluster cluster;

	private final List<ClusterEvent> events = new CopyOnWriteArrayList<>();

	private NexsPostgres postgres;

	@BeforeAll
	static void startCluster() {
		cluster = EmbeddedCluster.builder().replicas(2).start();
	}

	@AfterAll
	static void closeCluster() {
		cluster.close();
	}

	@BeforeEach
	void connect() {
		this.postgres = RoutingFixture.start(cluster);
		this.postgres.monitor().addListener((topology, changes) -> this.events.addAll(changes));
	}

	@AfterEach
	void disconnect() {
		this.postgres.close();
	}

	@ParameterizedTest
	@EnumSource(Fault.class)
	void primaryWhenItAnswersNoMoreIsSuspectWithinTwoSecondsAndGetsNoNewWork(Fault fault) throws Exception {
		EmbeddedNode primary = cluster.primary();
		CompletableFuture<Integer> write;
		fault.begin(primary);
		try {
			awaitSuspect(primary, System.nanoTime());
			write = CompletableFuture.supplyAsync(this::writePort);
			Awaitility.await()
				.during(Duration.ofMillis(500))
				.until(() -> this.postgres.pools().of(primary.id()).lent() == 0 && !write.isDone());
		}
		finally {
			fault.end(primary);
		}
		assertThat(write.get(20, TimeUnit.SECONDS)).isEqualTo(primary.directPort());
	}

	@ParameterizedTest
	@EnumSource(Fault.class)
	void replicaWhenItAnswersNoMoreIsSuspectWithinTwoSecondsAndGetsNoNewWork(Fault fault) throws Exception {
		EmbeddedNode replica = cluster.replicas().get(0);
		fault.begin(replica);
		try {
			awaitSuspect(replica, System.nanoTime());
			for (int i = 0; i < 20; i++) {
				assertThat(RoutingFixture.readPort(this.postgres)).isNotEqualTo(replica.directPort());
			}
		}
		finally {
			fault.end(replica);
		}
	}

	private void awaitSuspect(EmbeddedNode node, long since) {
		await().until(() -> RoutingFixture.state(this.postgres, node.id()).status() == NodeStatus.SUSPECT);
		Duration taken = Duration.ofNanos(System.nanoTime() - since);
		assertThat(taken).isLessThanOrEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void primaryWhenKilledIsSeenByTheNextStatement() throws Exception {
		try (EmbeddedCluster own = EmbeddedCluster.builder().replicas(0).start();
				NexsPostgres slow = RoutingFixture.start(own,
						(builder) -> builder.monitor(MonitorSettings.defaults()
							.withTimes(Duration.ofMinutes(5), Duration.ofMillis(25), Duration.ofSeconds(1))));
				Connection held = slow.dataSource().getConnection();
				Statement statement = held.createStatement()) {
			held.setAutoCommit(false);
			statement.execute("select 1");
			own.primary().kill();
			CompletableFuture<Boolean> failed = CompletableFuture.supplyAsync(() -> fails(statement));
			assertThat(failed.get(5, TimeUnit.SECONDS)).isTrue();
			Awaitility.await()
				.atMost(Duration.ofSeconds(1))
				.until(() -> RoutingFixture.state(slow, "node-1").status() == NodeStatus.UNHEALTHY);
			held.rollback();
		}
	}

	@Test
	void nodeWhenOnlyItsProbeHangsStaysHealthyWhileTrafficIsAnswered() throws Exception {
		EmbeddedNode primary = cluster.primary();
		String stuck = probeBackend(primary);
		signal("STOP", stuck);
		try {
			long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
			while (System.nanoTime() - end < 0) {
				RoutingFixture.writePort(this.postgres);
			}
			await().until(() -> !probeBackend(primary).equals(stuck));
			assertThat(this.events).isEmpty();
		}
		finally {
			signal("CONT", stuck);
		}
	}

	@Test
	void nodeWhenItsProbeHangsAndNothingElseIsAnsweredIsSuspectUntilTrafficIs() throws Exception {
		EmbeddedNode primary = cluster.primary();
		try (Connection held = this.postgres.dataSource().getConnection();
				Statement statement = held.createStatement()) {
			held.setAutoCommit(false);
			statement.execute("select 1");
			String stuck = probeBackend(primary);
			signal("STOP", stuck);
			try {
				RoutingFixture.awaitStatus(this.postgres, primary.id(), NodeStatus.SUSPECT);
				statement.execute("select 2");
				RoutingFixture.awaitStatus(this.postgres, primary.id(), NodeStatus.HEALTHY);
				assertThat(probeBackend(primary)).as("the probe still hangs").isEqualTo(stuck);
			}
			finally {
				signal("CONT", stuck);
			}
			held.commit();
		}
	}

	/**
	 * One connection to a place that swallows everything takes its whole second.
	 */
	@Test
	void nodeWhenItsPacketsAreDroppedIsProbedByOneThreadOneAttemptAtATime() {
		EmbeddedNode replica = cluster.replicas().get(0);
		List<String> threads = ourThreads();
		replica.relay().cut();
		try {
			RoutingFixture.awaitStatus(this.postgres, replica.id(), NodeStatus.UNHEALTHY);
			long accepted = replica.relay().accepted();
			await().during(Duration.ofSeconds(4)).until(() -> ourThreads().size() <= threads.size());
			assertThat(replica.relay().accepted() - accepted).isBetween(3L, 5L);
		}
		finally {
			replica.relay().restore();
		}
		RoutingFixture.awaitHealthy(this.postgres);
	}

	private static List<String> ourThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("nexs-db-") && !name.contains("connection-"))
			.toList();
	}

	private static boolean fails(Statement statement) {
		try {
			statement.execute("select 2");
			return false;
		}
		catch (SQLException ex) {
			return true;
		}
	}

	private int writePort() {
		try {
			return RoutingFixture.writePort(this.postgres);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The process of the newest session of the prober.
	 */
	private static String probeBackend(EmbeddedNode node) throws SQLException {
		List<String> pids = new ArrayList<>();
		try (Connection connection = node.connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select pid from pg_stat_activity"
						+ " where application_name = 'nexs-db-probe' order by backend_start desc")) {
			while (rows.next()) {
				pids.add(rows.getString(1));
			}
		}
		return pids.isEmpty() ? "" : pids.get(0);
	}

	private static void signal(String name, String pid) throws Exception {
		assertThat(pid).isNotEmpty();
		assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5));
	}

	/**
	 * What makes a node silent and closes no connection.
	 */
	enum Fault {

		FROZEN(EmbeddedNode::freeze, EmbeddedNode::thaw),

		CUT_OFF((node) -> node.relay().cut(), (node) -> node.relay().restore());

		private final Consumer<EmbeddedNode> begin;

		private final Consumer<EmbeddedNode> end;

		Fault(Consumer<EmbeddedNode> begin, Consumer<EmbeddedNode> end) {
			this.begin = begin;
			this.end = end;
		}

		void begin(EmbeddedNode node) {
			this.begin.accept(node);
		}

		void end(EmbeddedNode node) {
			this.end.accept(node);
		}

	}

}
