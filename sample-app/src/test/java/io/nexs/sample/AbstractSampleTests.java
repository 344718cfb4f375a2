package io.nexs.sample;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.routing.RoutingDataSource;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.micrometer.metrics.test.autoconfigure.AutoConfigureMetrics;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One application on one embedded cluster for all test classes.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@AutoConfigureMetrics
public abstract class AbstractSampleTests {

	protected static final Duration LIMIT = Duration.ofSeconds(30);

	@Autowired
	protected RestTestClient client;

	@Autowired
	protected EmbeddedCluster cluster;

	@Autowired
	protected RoutingDataSource dataSource;

	@Autowired
	protected JsonMapper json;

	@LocalServerPort
	protected int port;

	/**
	 * Waits until the application sees a primary and two replicas in full service.
	 */
	protected void awaitHealthy() {
		Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
			Topology topology = this.dataSource.topology();
			assertThat(topology.nodes()).allMatch((node) -> node.status() == NodeStatus.HEALTHY)
				.filteredOn((node) -> node.role() == NodeRole.REPLICA && node.servesReads())
				.hasSize(2);
			assertThat(topology.hasPrimary()).isTrue();
		});
	}

	/**
	 * Brings every node back, whatever was done to it.
	 */
	protected void heal() throws SQLException {
		// A promotion that a test has begun may be under way
		Awaitility.await().atMost(LIMIT).ignoreExceptions().until(() -> {
			for (EmbeddedNode node : this.cluster.nodes()) {
				if (node.isFrozen()) {
					node.thaw();
				}
				if (node.isRunning() && node.isInRecovery()) {
					node.resumeReplay();
				}
			}
			return true;
		});
		Awaitility.await()
			.atMost(LIMIT)
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(this.cluster.primary()).isNotNull());
		EmbeddedNode primary = this.cluster.primary();
		this.cluster.nodes()
			.stream()
			.filter((node) -> node != primary)
			.forEach((node) -> this.cluster.rejoin(node.id()));
		awaitHealthy();
		awaitReplay();
	}

	/**
	 * Waits until all replicas have replayed what the primary has written.
	 */
	protected void awaitReplay() throws SQLException {
		String position = ask(this.cluster.primary(), "select pg_current_wal_lsn()::text");
		for (EmbeddedNode replica : this.cluster.replicas()) {
			Awaitility.await()
				.atMost(LIMIT)
				.until(() -> "t".equals(ask(replica, "select pg_last_wal_replay_lsn() >= '" + position + "'")));
		}
	}

	protected String ask(EmbeddedNode node, String sql) throws SQLException {
		try (Connection connection = node.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
	}

	protected Answer get(String uri) {
		return exchange(HttpMethod.GET, uri, null);
	}

	protected Answer post(String uri) {
		return exchange(HttpMethod.POST, uri, null);
	}

	protected Answer post(String uri, Object body) {
		return exchange(HttpMethod.POST, uri, body);
	}

	private Answer exchange(HttpMethod method, String uri, Object body) {
		RestTestClient.RequestBodySpec request = this.client.method(method).uri(uri);
		if (body != null) {
			request.contentType(MediaType.APPLICATION_JSON).body(body);
		}
		EntityExchangeResult<byte[]> result = request.exchange().expectBody().returnResult();
		byte[] content = Objects.requireNonNullElse(result.getResponseBody(), new byte[0]);
		return new Answer(result.getStatus().value(), result.getResponseHeaders(), content, this.json);
	}

	protected static Map<String, Object> order(String customer, String item) {
		return Map.of("customer", customer, "item", item, "quantity", 2, "price", new BigDecimal("9.90"));
	}

	/**
	 * An answer of the application.
	 */
	protected record Answer(int status, HttpHeaders headers, byte[] body, JsonMapper mapper) {

		public JsonNode json() {
			return this.mapper.readTree(this.body);
		}

		public String node() {
			return this.headers.getFirst(RouteHeaders.NODE);
		}

		public String role() {
			return this.headers.getFirst(RouteHeaders.ROLE);
		}

		public String route() {
			return this.headers.getFirst(RouteHeaders.ROUTE);
		}

	}

}
