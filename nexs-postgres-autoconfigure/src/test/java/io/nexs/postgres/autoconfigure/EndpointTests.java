package io.nexs.postgres.autoconfigure;

import java.util.List;

import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What operators read and do, and that no secret is shown anywhere.
 */
@UseEmbeddedCluster
@ExtendWith(OutputCaptureExtension.class)
class EndpointTests {

	private static final String SECRET = "planted-secret";

	private static RunningApplication application;

	@BeforeAll
	static void start(EmbeddedCluster cluster) {
		String dsn = cluster.dsn().replace("postgres://postgres@", "postgres://postgres:" + SECRET + "@");
		application = RunningApplication.start(WebApplication.class, "nexs.db.dsn=" + dsn,
				"nexs.db.pool.driver-properties.sslpassword=" + SECRET, "nexs.db.pool.drain-timeout=5s",
				"management.info.nexsdb.enabled=true", "logging.level.io.nexs=debug");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void clusterWhenReadHasNodesInOrder() {
		application.client()
			.get()
			.uri("/actuator/nexsdb")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.primary")
			.isEqualTo("node-1")
			.jsonPath("$.conflict")
			.isEqualTo("NONE")
			.jsonPath("$.term.timeline")
			.isEqualTo(1)
			.jsonPath("$.nodes[*].id")
			.isEqualTo(List.of("node-1", "node-2", "node-3"))
			.jsonPath("$.nodes[0].role")
			.isEqualTo("PRIMARY")
			.jsonPath("$.nodes[1].role")
			.isEqualTo("REPLICA")
			.jsonPath("$.nodes[1].lagBytes")
			.isEqualTo(0)
			.jsonPath("$.nodes[1].pool.max")
			.isEqualTo(10)
			.jsonPath("$.nodes[1].serverVersion")
			.exists()
			.jsonPath("$.routing.preference")
			.isEqualTo("secondary-preferred")
			.jsonPath("$.routing.balancer")
			.isEqualTo("round-robin");
	}

	@Test
	void nodeWhenUnknownIsNotFoundWithTheKnownOnes() {
		application.client()
			.get()
			.uri("/actuator/nexsdb/node-9")
			.exchange()
			.expectStatus()
			.isNotFound()
			.expectBody()
			.jsonPath("$.error")
			.isEqualTo("There is no node 'node-9'; there are [node-1, node-2, node-3]");
		application.client()
			.post()
			.uri("/actuator/nexsdb/node-9/drain")
			.header("Content-Type", "application/json")
			.exchange()
			.expectStatus()
			.isNotFound();
	}

	@Test
	void operationWhenUnknownIsRefused() {
		application.client()
			.post()
			.uri("/actuator/nexsdb/node-2/explode")
			.header("Content-Type", "application/json")
			.exchange()
			.expectStatus()
			.isBadRequest();
	}

	@Test
	void nodeWhenDrainedAndResumedIsOutAndBackInUse() {
		assertThat(application.post("/actuator/nexsdb/node-3/drain")).contains("\"done\":true");
		application.await((topology) -> topology.node("node-3").status() == NodeStatus.MAINTENANCE);
		assertThat(application.get("/actuator/nexsdb/node-3")).contains("\"status\":\"MAINTENANCE\"");
		application.post("/actuator/nexsdb/node-3/resume");
		application.await((topology) -> topology.node("node-3").status() == NodeStatus.HEALTHY);
		assertThat(application.post("/actuator/nexsdb/node-3/drain/10000000000s"))
			.as("longer than a long has nanoseconds")
			.contains("\"done\":true");
		application.post("/actuator/nexsdb/node-3/resume");
		application.await((topology) -> topology.node("node-3").status() == NodeStatus.HEALTHY);
		application.post("/actuator/nexsdb/node-3/maintenance");
		application.await((topology) -> topology.node("node-3").status() == NodeStatus.MAINTENANCE);
		application.post("/actuator/nexsdb/node-3/resume");
		application.await((topology) -> topology.node("node-3").status() == NodeStatus.HEALTHY);
		assertThat(application.post("/actuator/nexsdb/node-3/probe")).contains("\"action\":\"PROBE\"");
	}

	@Test
	void infoWhenReadHasDriverAndServers() {
		assertThat(application.get("/actuator/info")).contains("\"driver\":\"PostgreSQL JDBC Driver",
				"\"node-2\":{\"role\":\"REPLICA\",\"serverVersion\":\"18");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nexsdb", "nexsdb/node-1", "health", "info", "prometheus", "env", "configprops", "beans",
			"conditions", "metrics" })
	void secretWhenAnyEndpointIsReadIsNotShown(String path) {
		assertThat(application.get("/actuator/" + path)).isNotEmpty().doesNotContain(SECRET);
	}

	@Test
	void secretWhenAStatementFailsIsNotLogged(CapturedOutput output) {
		try {
			application.bean(JdbcTemplate.class).queryForObject("select ? / 0", Integer.class, SECRET.length());
		}
		catch (RuntimeException ex) {
			assertThat(ex).hasMessageNotContaining(SECRET);
		}
		assertThat(output.getAll()).doesNotContain(SECRET);
	}

}
