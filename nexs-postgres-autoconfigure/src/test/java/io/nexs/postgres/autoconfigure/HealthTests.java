package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.routing.ReplicaManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a load balancer sees of an application whose nodes die.
 */
class HealthTests {

	private final EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(2).start();

	@AfterEach
	void stop() {
		this.cluster.close();
	}

	@Test
	void healthWhenNodesDieIsUpWithoutAReplicaAndDownWithoutAPrimary() {
		try (RunningApplication application = start()) {
			this.cluster.node("node-3").kill();
			application.await((topology) -> topology.node("node-3").status() == NodeStatus.UNHEALTHY);
			assertThat(application.status("/actuator/health")).isEqualTo(200);
			assertThat(application.status("/actuator/health/readiness")).isEqualTo(200);
			assertThat(application.status("/actuator/health/db")).isEqualTo(200);
			assertThat(application.status("/actuator/health/db/node-3")).isEqualTo(200);
			assertThat(application.get("/actuator/health/db/node-3")).contains("\"status\":\"DEGRADED\"",
					"\"role\":\"UNKNOWN\"", "\"status\":\"UNHEALTHY\"", "\"error\":");
			assertThat(application.get("/actuator/health/db/node-2")).contains("\"status\":\"UP\"", "\"lagBytes\":0",
					"\"latencyMillis\":", "\"lastProbe\":", "\"timeline\":1", "\"max\":10");
			this.cluster.node("node-1").kill();
			application.await((topology) -> !topology.hasPrimary());
			assertThat(application.status("/actuator/health")).isEqualTo(503);
			assertThat(application.status("/actuator/health/readiness")).isEqualTo(503);
			assertThat(application.status("/actuator/health/db/cluster")).isEqualTo(503);
			assertThat(application.status("/actuator/health/liveness")).isEqualTo(200);
			this.cluster.promote("node-2");
			application.await(Topology::hasPrimary);
			assertThat(application.status("/actuator/health")).isEqualTo(200);
			assertThat(application.get("/actuator/health/db/cluster")).contains("\"primary\":\"node-2\"",
					"\"timeline\":2");
		}
	}

	@Test
	void healthWhenReadsMaySufficeIsUpWithoutAPrimaryAndDownWithoutAnyNode() {
		try (RunningApplication application = start("nexs.db.health.no-primary=degraded")) {
			this.cluster.node("node-1").kill();
			application.await((topology) -> !topology.hasPrimary());
			assertThat(application.status("/actuator/health")).isEqualTo(200);
			assertThat(application.get("/actuator/health/db/cluster")).contains("\"status\":\"DEGRADED\"");
			this.cluster.node("node-2").kill();
			this.cluster.node("node-3").kill();
			application.await((topology) -> topology.nodes().stream().noneMatch((state) -> state.servesReads()));
			assertThat(application.status("/actuator/health")).isEqualTo(503);
		}
	}

	@Test
	void nodeWhenInMaintenanceIsDegradedAndTheWholeUp() {
		try (RunningApplication application = start()) {
			application.bean(ReplicaManager.class).maintenance("node-2");
			application.await((topology) -> topology.node("node-2").status() == NodeStatus.MAINTENANCE);
			assertThat(application.get("/actuator/health/db/node-2")).contains("\"status\":\"DEGRADED\"",
					"\"status\":\"MAINTENANCE\"");
			assertThat(application.get("/actuator/health/db")).startsWith("{\"components\"")
				.contains("}},\"status\":\"UP\"}");
			assertThat(application.bean(ClusterMonitor.class).topology().node("node-2").role())
				.isEqualTo(NodeRole.REPLICA);
		}
	}

	private RunningApplication start(String... more) {
		String[] properties = new String[more.length + 2];
		System.arraycopy(more, 0, properties, 2, more.length);
		properties[0] = "nexs.db.dsn=" + this.cluster.dsn();
		properties[1] = "management.endpoint.health.group.readiness.include=readinessState,db";
		return RunningApplication.start(WebApplication.class, properties);
	}

}
