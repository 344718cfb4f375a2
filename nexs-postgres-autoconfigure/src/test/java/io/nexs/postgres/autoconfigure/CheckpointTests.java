package io.nexs.postgres.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.pool.NodePools;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.HikariCheckpointRestoreLifecycle;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a checkpoint of the JVM asks for: no connection between stop and start, and a
 * start that looks at the servers anew. The class that Spring and Boot go by,
 * {@code org.crac.Resource}, is on the class path.
 */
@ExtendWith(OutputCaptureExtension.class)
class CheckpointTests {

	private static final String OURS = "checkpointed";

	private final EmbeddedCluster cluster = EmbeddedCluster.builder().start();

	@AfterEach
	void stop() {
		this.cluster.close();
	}

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NexsDbAutoConfiguration.class, DataSourceAutoConfiguration.class))
			.withPropertyValues("nexs.db.dsn=" + this.cluster.dsn(), "nexs.db.monitor.interval=100ms",
					"nexs.db.monitor.timeout=10s", "nexs.db.pool.max-conn-idle-time=10s",
					"nexs.db.pool.drain-timeout=200ms", "spring.application.name=" + OURS);
	}

	@Test
	void applicationWhenCheckpointedHasNoConnectionAndFollowsTheClusterOnceRestored(CapturedOutput output) {
		runner().run((running) -> {
			ConfigurableApplicationContext context = running.getSourceApplicationContext();
			assertThat(context.getBeansOfType(HikariCheckpointRestoreLifecycle.class)).hasSize(1);
			assertThat(port(context, false)).isEqualTo(this.cluster.node("node-1").directPort());
			assertThat(port(context, true)).isNotEqualTo(this.cluster.node("node-1").directPort());
			checkpoint(context);
			assertThatNoConnectionIsLeft();
			this.cluster.switchover("node-2");
			int before = output.length();
			restore(context);
			assertThat(reports(output.toString().substring(before))).hasSize(3)
				.anySatisfy((report) -> assertThat(report).contains("Node node-2 ", " PRIMARY "))
				.noneSatisfy((report) -> assertThat(report).contains("Node node-1 ", " PRIMARY "));
			assertThat(port(context, false)).isEqualTo(this.cluster.node("node-2").directPort());
			assertThat(port(context, true)).isNotEqualTo(this.cluster.node("node-2").directPort());
		});
	}

	@Test
	void connectionWhenAskedForWhileStoppedWaitsForTheStart() {
		runner().run((running) -> {
			ConfigurableApplicationContext context = running.getSourceApplicationContext();
			context.stop();
			CompletableFuture<Integer> port = CompletableFuture.supplyAsync(() -> port(context, false));
			assertThatNoConnectionIsLeft();
			assertThat(port).isNotDone();
			context.start();
			assertThat(port.join()).isEqualTo(this.cluster.node("node-1").directPort());
		});
	}

	@Test
	void statementWhenStoppedFailsInTimeAndSaysWhy() {
		runner().withPropertyValues("nexs.db.pool.connection-timeout=500ms").run((running) -> {
			ConfigurableApplicationContext context = running.getSourceApplicationContext();
			context.stop();
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> port(context, false))
				.withMessageContaining("paused");
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> port(context, true))
				.withMessageContaining("paused");
			context.start();
			assertThat(port(context, false)).isEqualTo(this.cluster.node("node-1").directPort());
		});
	}

	@Test
	void connectionWhenNotGivenBackIsClosedWhenStopped() {
		runner().run((running) -> {
			ConfigurableApplicationContext context = running.getSourceApplicationContext();
			try (Connection connection = context.getBean(DataSource.class).getConnection()) {
				assertThat(port(connection)).isPositive();
				context.stop();
				assertThatNoConnectionIsLeft();
			}
			context.start();
			assertThat(port(context, false)).isEqualTo(this.cluster.node("node-1").directPort());
			assertThat(context.getBean(NodePools.class).all()).allMatch((pool) -> pool.lent() == 0);
		});
	}

	@Test
	void beanWhenDestroyedGetsAConnectionAlsoInAContextThatWasStopped() {
		runner().withUserConfiguration(Goodbye.class).run((running) -> {
			ConfigurableApplicationContext context = running.getSourceApplicationContext();
			Goodbye goodbye = context.getBean(Goodbye.class);
			context.stop();
			context.close();
			assertThat(goodbye.port).isEqualTo(this.cluster.node("node-1").directPort());
		});
	}

	/**
	 * What is logged of each node at the start.
	 */
	private static List<String> reports(String output) {
		return output.lines().filter((line) -> line.contains(" Node node-")).toList();
	}

	/**
	 * What Spring does when the JVM is about to make a checkpoint.
	 */
	private static void checkpoint(ConfigurableApplicationContext context) {
		ReflectionTestUtils.invokeMethod(lifecycleProcessor(context), "stopForRestart");
	}

	private static void restore(ConfigurableApplicationContext context) {
		ReflectionTestUtils.invokeMethod(lifecycleProcessor(context), "restartAfterStop");
	}

	private static Object lifecycleProcessor(ConfigurableApplicationContext context) {
		return context.getBean(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME);
	}

	/**
	 * Servers notice the end of a connection a moment later; that none is opened anew
	 * shows within some intervals of the probes.
	 */
	private void assertThatNoConnectionIsLeft() {
		Awaitility.await()
			.during(Duration.ofSeconds(1))
			.until(() -> this.cluster.nodes().stream().mapToInt(CheckpointTests::connections).sum() == 0);
	}

	private static int connections(EmbeddedNode node) {
		try (Connection connection = node.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement
					.executeQuery("select count(*) from pg_stat_activity where application_name in ('" + OURS
							+ "', 'nexs-db-probe')")) {
			row.next();
			return row.getInt(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int port(ConfigurableApplicationContext context, boolean readOnly) {
		try (Connection connection = context.getBean(DataSource.class).getConnection()) {
			connection.setReadOnly(readOnly);
			connection.setAutoCommit(false);
			int port = port(connection);
			connection.commit();
			return port;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int port(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select inet_server_port()")) {
			row.next();
			return row.getInt(1);
		}
	}

	/**
	 * Uses the data source when it is destroyed.
	 */
	static class Goodbye implements DisposableBean {

		private final DataSource dataSource;

		private int port;

		Goodbye(DataSource dataSource) {
			this.dataSource = dataSource;
		}

		@Override
		public void destroy() throws SQLException {
			try (Connection connection = this.dataSource.getConnection()) {
				this.port = CheckpointTests.port(connection);
			}
		}

	}

}
