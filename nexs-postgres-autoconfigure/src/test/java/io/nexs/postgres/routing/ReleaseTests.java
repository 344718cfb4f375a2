package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * When threads inside a call on a node that is lost, fenced or replaced come back.
 */
class ReleaseTests {

	private static final Logger logger = LoggerFactory.getLogger(ReleaseTests.class);

	private static final Duration BARELY = Duration.ofSeconds(2);

	private EmbeddedCluster cluster;

	@BeforeEach
	void startCluster() {
		this.cluster = EmbeddedCluster.builder().replicas(1).start();
	}

	@AfterEach
	void closeCluster() {
		this.cluster.close();
	}

	@Test
	void threadsWhenTheFrozenPrimaryHasASuccessorAreReleasedAtOnce() throws Exception {
		try (NexsPostgres postgres = RoutingFixture.start(this.cluster); Held held = new Held(postgres)) {
			this.cluster.node("node-1").freeze();
			try {
				CompletableFuture<Long> released = held.release("select 2");
				RoutingFixture.awaitStatus(postgres, "node-1", NodeStatus.SUSPECT);
				assertThat(released).isNotDone();
				CompletableFuture<Long> writable = writable("node-2");
				this.cluster.promote("node-2");
				assertReleased(released, writable);
			}
			finally {
				this.cluster.node("node-1").thaw();
			}
		}
	}

	@Test
	void threadsWhenThePrimaryIsSilentForTooLongAreReleasedWithoutASuccessor() throws Exception {
		Duration limit = Duration.ofSeconds(10);
		List<ClusterEvent> lost = new CopyOnWriteArrayList<>();
		try (NexsPostgres postgres = RoutingFixture.start(this.cluster,
				(builder) -> builder.monitor(MonitorSettings.defaults().withLostAfter(limit)));
				Held held = new Held(postgres)) {
			postgres.monitor()
				.addListener((topology,
						events) -> events.stream().filter(ClusterEvent.NodeLost.class::isInstance).forEach(lost::add));
			this.cluster.node("node-1").freeze();
			long frozen = System.nanoTime();
			try {
				CompletableFuture<Long> released = held.release("select 2");
				RoutingFixture.awaitStatus(postgres, "node-1", NodeStatus.UNHEALTHY);
				assertThat(released).isNotDone();
				long after = released.get(30, TimeUnit.SECONDS) - frozen;
				assertThat(Duration.ofNanos(after)).isBetween(limit.minusSeconds(2), limit.plusSeconds(5));
				assertThat(postgres.monitor().topology().hasPrimary()).isFalse();
				// The event is told after the connections were ended
				await().untilAsserted(() -> assertThat(lost).singleElement().extracting("node.id").isEqualTo("node-1"));
			}
			finally {
				this.cluster.node("node-1").thaw();
			}
			RoutingFixture.awaitHealthy(postgres);
			assertThat(RoutingFixture.writePort(postgres)).isEqualTo(this.cluster.node("node-1").directPort());
		}
	}

	@Test
	void threadsWhenTheLivingPrimaryIsDeposedAreReleasedAfterOneProbe() throws Exception {
		try (NexsPostgres postgres = RoutingFixture.start(this.cluster); Held held = new Held(postgres)) {
			CompletableFuture<Long> released = held.release("select pg_sleep(60)");
			CompletableFuture<Long> writable = writable("node-2");
			this.cluster.promote("node-2");
			long after = released.get(20, TimeUnit.SECONDS) - writable.get(20, TimeUnit.SECONDS);
			logger.info("Released {} ms after the new primary took writes, the old one alive", after / 1_000_000);
			assertThat(Duration.ofNanos(after)).isLessThan(MonitorSettings.defaults().interval().plus(BARELY));
			RoutingFixture.awaitStatus(postgres, "node-1", NodeStatus.FENCED);
			assertThat(RoutingFixture.writePort(postgres)).isEqualTo(this.cluster.node("node-2").directPort());
		}
	}

	/**
	 * The monitor alone would see it after minutes.
	 */
	@Test
	void threadsWhenAReadFindsTheLivingPrimaryDeposedAreReleasedAtOnce() throws Exception {
		try (NexsPostgres postgres = RoutingFixture.start(this.cluster,
				(builder) -> builder.monitor(MonitorSettings.defaults()
					.withTimes(Duration.ofMinutes(5), Duration.ofMillis(25), Duration.ofSeconds(1))));
				Held held = new Held(postgres)) {
			assertThat(RoutingFixture.readPort(postgres)).isEqualTo(this.cluster.node("node-2").directPort());
			CompletableFuture<Long> released = held.release("select pg_sleep(60)");
			this.cluster.promote("node-2");
			assertThat(released).isNotDone();
			long read = System.nanoTime();
			assertThat(RoutingFixture.readPort(postgres)).isEqualTo(this.cluster.node("node-2").directPort());
			assertThat(Duration.ofNanos(released.get(20, TimeUnit.SECONDS) - read)).isLessThan(BARELY);
			assertThat(RoutingFixture.writePort(postgres)).isEqualTo(this.cluster.node("node-2").directPort());
		}
	}

	/**
	 * The relay keeps the connection to the dead server open, as the network does to a
	 * host that lost its power.
	 */
	@Test
	void threadsWhenTheServerWasRestartedBehindTheirBackAreReleased() throws Exception {
		EmbeddedNode node = this.cluster.node("node-1");
		try (SilentRelay relay = new SilentRelay(node.directPort());
				NexsPostgres postgres = NexsPostgres.of("postgres://postgres@127.0.0.1:" + relay.port() + "/postgres")
					.start();
				Held held = new Held(postgres)) {
			CompletableFuture<Long> released = held.release("select pg_sleep(60)");
			node.kill();
			RoutingFixture.awaitStatus(postgres, "node-1", NodeStatus.UNHEALTHY);
			assertThat(released).isNotDone();
			node.start();
			released.get(10, TimeUnit.SECONDS);
			RoutingFixture.awaitHealthy(postgres);
			assertThat(RoutingFixture.writePort(postgres)).isEqualTo(node.directPort());
		}
	}

	private static void assertReleased(CompletableFuture<Long> released, CompletableFuture<Long> writable)
			throws Exception {
		long after = released.get(20, TimeUnit.SECONDS) - writable.get(20, TimeUnit.SECONDS);
		logger.info("Released {} ms after the new primary took writes", after / 1_000_000);
		assertThat(Duration.ofNanos(after)).isLessThan(BARELY);
	}

	/**
	 * When a node says on a connection of the harness that it takes writes.
	 */
	private CompletableFuture<Long> writable(String id) {
		return CompletableFuture.supplyAsync(() -> FollowingTests.awaitWritable(this.cluster.node(id)));
	}

	/**
	 * A transaction on the primary that has begun.
	 */
	private static final class Held implements AutoCloseable {

		private final Connection connection;

		private final Statement statement;

		Held(NexsPostgres postgres) throws SQLException {
			this.connection = postgres.dataSource().getConnection();
			this.connection.setAutoCommit(false);
			this.statement = this.connection.createStatement();
			this.statement.execute("select 1");
		}

		/**
		 * Says a statement that comes to no end.
		 * @return when it failed
		 */
		CompletableFuture<Long> release(String sql) {
			return CompletableFuture.supplyAsync(() -> {
				try {
					this.statement.execute(sql);
					throw new IllegalStateException("It was answered");
				}
				catch (SQLException ex) {
					return System.nanoTime();
				}
			});
		}

		@Override
		public void close() throws SQLException {
			this.connection.rollback();
			this.connection.close();
		}

	}

}
