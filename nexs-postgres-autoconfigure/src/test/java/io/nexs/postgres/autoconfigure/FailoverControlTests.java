package io.nexs.postgres.autoconfigure;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.cluster.TopologyListener;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.failover.FailoverEvent;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.failover.FailoverState;
import io.nexs.postgres.routing.Route;
import io.nexs.postgres.routing.RoutingListener;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What operators order and read, and listeners of the application that misbehave while
 * the primary changes.
 */
class FailoverControlTests {

	private EmbeddedCluster cluster;

	private RunningApplication application;

	@BeforeEach
	void start() {
		this.cluster = EmbeddedCluster.builder().replicas(2).start();
		this.application = RunningApplication.start(Application.class, "nexs.db.dsn=" + this.cluster.dsn(),
				"nexs.db.monitor.fast-interval=20ms");
	}

	@AfterEach
	void stop() {
		this.application.bean(Listeners.class).release.countDown();
		this.application.close();
		this.cluster.close();
	}

	@Test
	void pinWhenOrderedIsShownUntilItIsTakenBack() {
		assertThat(post("node-1/pin", 200)).contains("\"action\":\"PIN\"", "\"done\":true");
		assertThat(get()).contains("\"pinned\":\"node-1\"", "\"pinProblem\":null");
		assertThat(this.application.get("/actuator/health/db/cluster")).contains("\"pinned\":\"node-1\"");
		this.cluster.promote("node-2");
		this.application.await((topology) -> topology.conflict() == PrimaryConflict.PINNED);
		String problem = "pinned to node-1, which is fenced: newer timeline on node-2; unpin";
		assertThat(get()).contains("\"pinProblem\":\"" + problem + "\"", "\"state\":\"FAILED\"",
				"\"conflict\":\"PINNED\"");
		assertThat(health()).contains("\"pinned\":\"" + problem + "\"", "\"fenced\":[\"node-1\"]");
		assertThat(post("node-2/unpin", 400)).contains("Writes are not pinned to node-2, but to node-1");
		post("node-1/unpin", 200);
		assertThat(port()).isEqualTo(this.cluster.node("node-2").directPort());
		assertThat(get()).contains("\"pinned\":null", "\"outcome\":\"CHANGED\",\"from\":\"node-1\",\"to\":\"node-2\"",
				"\"text\":\"Writes are pinned to node-1 (");
	}

	@Test
	void orderWhenItCannotBeCarriedOutSaysWhy() {
		assertThat(post("node-2/pin", 400)).contains("Writes are not pinned to node-2: it is not writable");
		assertThat(post("node-9/pin", 404)).contains("There is no node 'node-9'; there are [node-1, node-2, node-3]");
		assertThat(post("node-2/pin/5s", 400)).contains("Only 'drain' has a timeout");
		assertThat(post("node-2/drain/soon", 400)).isNotEmpty();
		assertThat(post("node-2/drain/5s", 200)).contains("\"done\":true");
		post("node-3/maintenance", 200);
		assertThat(post("node-1/drain/5s", 400)).contains("node-1 is not drained: no other node takes work");
		post("node-2/resume", 200);
		post("node-3/resume", 200);
		assertThat(post("node-1/unpin", 400)).contains("Writes are not pinned to node-1, but to no node");
	}

	@Test
	void failoverWhenListenersThrowOrHangIsCompletedAndToldInOrder() {
		Listeners listeners = this.application.bean(Listeners.class);
		Awaitility.await().until(() -> listeners.hanging.getCount() == 0);
		FailoverManager manager = this.application.bean(FailoverManager.class);
		this.cluster.node("node-1").kill();
		this.application.await((topology) -> !topology.hasPrimary());
		CompletableFuture<Integer> write = CompletableFuture.supplyAsync(this::port);
		Awaitility.await().until(() -> manager.statistics().writes().waiting() == 1);
		this.cluster.promote("node-2");
		assertThat(write).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(this.cluster.node("node-2").directPort());
		Awaitility.await().until(() -> manager.statistics().failovers() == 1);
		assertThat(manager.statistics().history().get(0).release()).isNotNull().isLessThan(Duration.ofSeconds(3));
		Awaitility.await()
			.until(() -> listeners.events.stream()
				.anyMatch((event) -> event instanceof FailoverEvent.FailoverCompleted));
		assertThat(listeners.events).extracting((event) -> event.getClass().getSimpleName())
			.containsSubsequence("FailoverStarted", "FailoverCompleted");
		assertThat(listeners.events).hasAtLeastOneElementOfType(ClusterEvent.PrimaryChanged.class);
		assertThat(manager.state()).isNotEqualTo(FailoverState.FAILED);
	}

	@Test
	void fallbackWhenTheLastReplicaIsGoneIsToldOnceForAllReads() {
		Listeners listeners = this.application.bean(Listeners.class);
		post("node-2/maintenance", 200);
		assertThat(listeners.events).noneMatch((event) -> event instanceof FailoverEvent.ReadFallbackBegan);
		post("node-3/maintenance", 200);
		for (int i = 0; i < 20; i++) {
			this.application.bean(JdbcTemplate.class).execute("select 1");
		}
		post("node-2/resume", 200);
		this.application.await((topology) -> topology.node("node-2").status() == NodeStatus.HEALTHY);
		Awaitility.await()
			.until(() -> listeners.events.stream()
				.anyMatch((event) -> event instanceof FailoverEvent.ReadFallbackEnded));
		assertThat(listeners.events).filteredOn((event) -> event instanceof FailoverEvent.ReadFallbackBegan).hasSize(1);
		assertThat(listeners.events).hasAtLeastOneElementOfType(FailoverEvent.MaintenanceBegan.class)
			.hasAtLeastOneElementOfType(FailoverEvent.MaintenanceEnded.class);
	}

	private int port() {
		Integer port = this.application.bean(JdbcTemplate.class)
			.queryForObject("select inet_server_port()", Integer.class);
		return (port != null) ? port : 0;
	}

	private String get() {
		return this.application.get("/actuator/nexsdb");
	}

	private String health() {
		return this.application.body("/actuator/health/db/cluster");
	}

	private String post(String order, int status) {
		return this.application.post("/actuator/nexsdb/" + order, status);
	}

	@Configuration(proxyBeanMethods = false)
	static class Application extends WebApplication {

		@Bean
		Listeners listeners() {
			return new Listeners();
		}

		@Bean
		TopologyListener failingTopologyListener() {
			return (topology, events) -> {
				throw new IllegalStateException("a topology listener that fails");
			};
		}

		@Bean
		TopologyListener hangingTopologyListener(Listeners listeners) {
			return (topology, events) -> listeners.hang();
		}

		@Bean
		RoutingListener failingRoutingListener() {
			return new RoutingListener() {

				@Override
				public void routed(Route route) {
					throw new IllegalStateException("a routing listener that fails");
				}

			};
		}

	}

	/**
	 * Collects what it is told, and fails.
	 */
	static final class Listeners {

		private final Queue<Object> events = new ConcurrentLinkedQueue<>();

		private final CountDownLatch hanging = new CountDownLatch(1);

		private final CountDownLatch release = new CountDownLatch(1);

		@EventListener
		@Order(1)
		void on(ClusterEvent event) throws SQLException {
			this.events.add(event);
			throw new SQLException("a listener that fails");
		}

		@EventListener
		void on(FailoverEvent event) {
			this.events.add(event);
			throw new AssertionError("a listener that fails badly");
		}

		private void hang() {
			this.hanging.countDown();
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
