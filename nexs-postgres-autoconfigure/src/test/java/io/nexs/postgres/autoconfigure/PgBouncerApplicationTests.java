package io.nexs.postgres.autoconfigure;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.routing.PgBouncer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.postgresql.PGConnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application whose servers are behind PgBouncers.
 */
@EnabledIf(value = "io.nexs.postgres.routing.PgBouncer#isInstalled", disabledReason = "pgbouncer is not installed")
class PgBouncerApplicationTests {

	private final EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();

	private final List<PgBouncer> poolers = new ArrayList<>();

	@BeforeEach
	void startPoolers() {
		this.cluster.nodes().forEach((node) -> this.poolers.add(PgBouncer.before(node)));
	}

	@AfterEach
	void stop() {
		this.poolers.forEach(PgBouncer::close);
		this.cluster.close();
	}

	@Test
	void healthShowsRolesAndAProbeNeedsNoConnectionOfTheApplication() throws SQLException {
		try (RunningApplication application = start("nexs.db.monitor.database=" + PgBouncer.PROBES)) {
			assertThat(application.get("/actuator/health/db/node-1")).contains("\"role\":\"PRIMARY\"");
			assertThat(application.get("/actuator/health/db/node-2")).contains("\"role\":\"REPLICA\"");
			ClusterMonitor monitor = application.bean(ClusterMonitor.class);
			try (Connection one = busy(); Connection other = busy()) {
				assertThat(one.getAutoCommit()).isEqualTo(other.getAutoCommit()).isFalse();
				Awaitility.await()
					.during(Duration.ofSeconds(3))
					.atMost(Duration.ofSeconds(10))
					.until(() -> monitor.topology().node("node-1").status() == NodeStatus.HEALTHY);
			}
		}
	}

	@Test
	void driverWhenBehindPgBouncerPreparesNothingUnlessTold() throws SQLException {
		try (RunningApplication application = start();
				Connection connection = application.bean(DataSource.class).getConnection()) {
			assertThat(connection.unwrap(PGConnection.class).getPrepareThreshold()).isZero();
			assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
				.isThrownBy(() -> connection.setSchema("pg_catalog"));
		}
		try (RunningApplication application = start("nexs.db.pool.driver-properties.prepareThreshold=7");
				Connection connection = application.bean(DataSource.class).getConnection()) {
			assertThat(connection.unwrap(PGConnection.class).getPrepareThreshold()).isEqualTo(7);
		}
	}

	@Test
	void nodeWhenAllServerConnectionsAreInUseLooksLikeADeadOne() throws SQLException {
		try (RunningApplication application = start()) {
			ClusterMonitor monitor = application.bean(ClusterMonitor.class);
			try (Connection one = busy(); Connection other = busy()) {
				assertThat(one.getAutoCommit()).isEqualTo(other.getAutoCommit()).isFalse();
				Awaitility.await().until(() -> monitor.topology().node("node-1").status() == NodeStatus.UNHEALTHY);
			}
			Awaitility.await().until(() -> monitor.topology().node("node-1").status() == NodeStatus.HEALTHY);
		}
	}

	private RunningApplication start(String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.add("nexs.db.pgbouncer=true");
		all.add("nexs.db.monitor.timeout=300ms");
		all.add("nexs.db.dsn=postgres://postgres@" + this.poolers.get(0).address() + "," + this.poolers.get(1).address()
				+ "/postgres");
		return RunningApplication.start(WebApplication.class, all.toArray(String[]::new));
	}

	/**
	 * A transaction of another application, which holds one of PgBouncer's connections.
	 */
	private Connection busy() throws SQLException {
		Connection connection = DriverManager
			.getConnection("jdbc:postgresql://" + this.poolers.get(0).address() + "/postgres?user=postgres");
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement.execute("select 1");
		}
		return connection;
	}

}
