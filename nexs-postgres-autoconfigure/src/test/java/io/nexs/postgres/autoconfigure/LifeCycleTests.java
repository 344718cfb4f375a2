package io.nexs.postgres.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import javax.sql.DataSource;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.TopologyListener;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.routing.ReplicaManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens between start and end on real servers: warm-up, events, drain.
 */
@UseEmbeddedCluster
@ExtendWith(OutputCaptureExtension.class)
class LifeCycleTests {

	private static ApplicationContextRunner runner(EmbeddedCluster cluster) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NexsDbAutoConfiguration.class, DataSourceAutoConfiguration.class))
			.withPropertyValues("nexs.db.dsn=" + cluster.dsn(), "nexs.db.monitor.interval=200ms");
	}

	@Test
	void phaseWhenComparedIsBeforeTheWebServerAndExecutors() {
		assertThat(PoolLifeCycle.PHASE).isLessThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE)
			.isLessThan(ExecutorConfigurationSupport.DEFAULT_PHASE);
	}

	@Test
	void poolsWhenContextHasStartedAreWarm(EmbeddedCluster cluster, CapturedOutput output) {
		runner(cluster).withPropertyValues("nexs.db.pool.warm-up.connections=4").run((context) -> {
			assertThat(context.getBean(NodePools.class).all())
				.allSatisfy((pool) -> assertThat(pool.snapshot().total()).isGreaterThanOrEqualTo(4));
			assertThat(output).contains("Warm-up opened 12 connections");
		});
	}

	@Test
	void limitWhenAboveThatOfTheServerIsWarnedOf(EmbeddedCluster cluster, CapturedOutput output) {
		runner(cluster).withPropertyValues("nexs.db.pool.max-conns=100000")
			.run((context) -> assertThat(output)
				.contains("Too many connections to node-1: 1 instance with up to 100002 connections"));
	}

	@Test
	void eventsWhenANodeChangesReachListenersOnTheirOwnThread(EmbeddedCluster cluster) {
		runner(cluster).withUserConfiguration(Listeners.class).run((context) -> {
			context.getBean(ClusterMonitor.class).probeNow();
			context.getBean(ReplicaManager.class).maintenance("node-3");
			Listeners listeners = context.getBean(Listeners.class);
			Awaitility.await().until(() -> !listeners.events.isEmpty());
			ClusterEvent.StatusChanged change = listeners.events.peek();
			assertThat(change.node().id()).isEqualTo("node-3");
			assertThat(change.to()).isEqualTo(NodeStatus.MAINTENANCE);
			assertThat(listeners.threads).containsOnly("nexs-db-events");
			assertThat(listeners.topologies).isNotEmpty();
		});
	}

	@Test
	void contextWhenClosedWaitsForAConnectionInUse(EmbeddedCluster cluster) {
		runner(cluster).run((running) -> {
			ConfigurableApplicationContext context = running.getSourceApplicationContext();
			NodePools pools = context.getBean(NodePools.class);
			Thread closing = new Thread(context::close, "closing");
			try (Connection connection = context.getBean(DataSource.class).getConnection()) {
				assertThat(answer(connection)).isTrue();
				closing.start();
				Awaitility.await().until(() -> closing.getState() == Thread.State.TIMED_WAITING && isDraining(closing));
				assertThat(answer(connection)).isTrue();
				assertThat(pools.all()).noneMatch((pool) -> pool.hikari().isClosed());
			}
			closing.join(10_000);
			assertThat(closing.isAlive()).isFalse();
			assertThat(pools.all()).allMatch((pool) -> pool.hikari().isClosed());
		});
	}

	private static boolean isDraining(Thread thread) {
		for (StackTraceElement frame : thread.getStackTrace()) {
			if (frame.getClassName().equals(PoolLifeCycle.class.getName())) {
				return true;
			}
		}
		return false;
	}

	private static boolean answer(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			return statement.execute("select 1");
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Listeners {

		private final Queue<ClusterEvent.StatusChanged> events = new ConcurrentLinkedQueue<>();

		private final Queue<String> threads = new ConcurrentLinkedQueue<>();

		private final Queue<Long> topologies = new ConcurrentLinkedQueue<>();

		@EventListener
		void changed(ClusterEvent.StatusChanged event) {
			this.threads.add(Thread.currentThread().getName());
			this.events.add(event);
		}

		@Bean
		TopologyListener topologyListener() {
			return (topology, events) -> this.topologies.add(topology.epoch());
		}

	}

}
