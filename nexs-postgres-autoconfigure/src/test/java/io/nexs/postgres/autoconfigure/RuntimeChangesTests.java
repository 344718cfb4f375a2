package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.pool.AdaptivePoolSizer;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.pool.PoolBounds;
import io.nexs.postgres.pool.PoolResized;
import io.nexs.postgres.routing.RoutingChanged;
import io.nexs.postgres.routing.RoutingControl;
import io.nexs.postgres.routing.RoutingRules;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What operators change at {@code /actuator/nexsdb}, by the requests of the page, and
 * what the application says of its connections.
 */
@UseEmbeddedCluster
@ExtendWith(OutputCaptureExtension.class)
class RuntimeChangesTests {

	private static final Path PAGE = Path.of("..", "docs", "routing.md");

	private static final Pattern CURL = Pattern.compile(
			"(?m)^curl -X (POST|DELETE) http://localhost:8080(\\S+)(?: -H 'Content-Type: application/json' -d '(.*)')?$");

	private static RunningApplication application;

	@BeforeAll
	static void start(EmbeddedCluster cluster) {
		application = RunningApplication.start(Application.class, "nexs.db.dsn=" + cluster.dsn(),
				"nexs.db.pool.instances=50", "nexs.db.pool.statements.prepare-threshold=3",
				"nexs.db.pool.statements.cache-queries=64", "nexs.db.pool.statements.cache-size=2MB",
				"nexs.db.pool.statements.plan-cache-mode=force-custom-plan");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@AfterEach
	void reset() {
		application.bean(RoutingControl.class).reset();
	}

	@Test
	void requestsOfThePageDoWhatItSays(CapturedOutput output) throws IOException {
		List<MatchResult> requests = CURL.matcher(Files.readString(PAGE)).results().toList();
		assertThat(requests).extracting((request) -> request.group(1) + " " + request.group(2))
			.containsExactly("POST /actuator/nexsdb", "POST /actuator/nexsdb", "POST /actuator/nexsdb/node-2",
					"DELETE /actuator/nexsdb");
		Events events = application.bean(Events.class);
		events.seen.clear();
		assertThat(send(requests.get(0))).contains("\"preference\":\"nearest\",\"balancer\":\"latency\"",
				"\"configuredPreference\":\"secondary-preferred\",\"configuredBalancer\":\"round-robin\"");
		assertThat(send(requests.get(1))).contains("\"max\":20,\"min\":4,\"configuredMax\":10,\"configuredMin\":2");
		assertThat(send(requests.get(2))).contains("\"id\":\"node-2\"", "\"weight\":3", "\"configuredWeight\":1",
				"\"max\":5,");
		assertThat(application.get("/actuator/nexsdb/node-2")).contains("\"weight\":3", "\"max\":5,");
		assertThat(send(requests.get(3)))
			.contains("\"preference\":\"secondary-preferred\",\"balancer\":\"round-robin\"", "\"max\":10,\"min\":2,")
			.doesNotContain("\"max\":20", "\"max\":5", "\"weight\":3");
		Awaitility.await().untilAsserted(() -> assertThat(events.seen).hasSize(3 + 3 + 1 + 3));
		assertThat(events.seen.stream().filter(RoutingChanged.class::isInstance)).hasSize(3);
		assertThat(output.toString().lines().filter((line) -> line.contains("Routing changed"))).hasSize(3)
			.first()
			.asString()
			.contains("reads NEAREST, balancer latency");
		assertThat(output).contains("Pool of node-2 has 4 to 5 connections instead of 4 to 20");
	}

	private static String send(MatchResult request) {
		return request.group(1).equals("DELETE") ? application.delete(request.group(2))
				: application.post(request.group(2), request.group(3), 200);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					 | {"balancer":"fastest"} | 'balancer' is none of round-robin, random, weighted, latency, least-connections
					 | {"preference":"any"} | 'preference' is none of primary, primary-preferred, secondary, secondary-preferred, nearest
					 | {"maxConns":"many"} | 'maxConns' is not a whole number
					 | {"maxConns":2.5} | 'maxConns' is not a whole number
					 | {"maxConns":0} | A pool needs room for at least 1 connection, not 0
					 | {"minConns":11} | A pool of 10 connections at most keeps between 0 and 10 idle, not 11
					 | {} | Nothing to change; the fields are preference, balancer, maxConns, minConns
					/node-2 | {"weight":-1} | A weight is between 0 (a reserve) and 1000, not -1
					/node-2 | {"balancer":"random"} | Nothing to change; the fields are weight, maxConns, minConns
					""")
	void requestThatCannotBeCarriedOutIsRefusedWithTheReason(@Nullable String path, String body, String reason) {
		RoutingRules before = application.bean(RoutingControl.class).rules();
		String url = "/actuator/nexsdb" + ((path != null) ? path : "");
		assertThat(application.post(url, body, 400)).isEqualTo("{\"error\":\"" + reason + "\"}");
		assertThat(application.bean(RoutingControl.class).rules()).isSameAs(before);
		assertThat(application.bean(NodePools.class).all()).extracting(NodePool::bounds)
			.containsOnly(new PoolBounds(2, 10));
	}

	@Test
	void nodeThatIsUnknownIsNotFound() {
		assertThat(application.post("/actuator/nexsdb/node-9", "{\"weight\":1}", 404))
			.contains("There is no node 'node-9'");
		assertThat(application.status("/actuator/nexsdb/node-9/statements")).isEqualTo(404);
	}

	@Test
	void statementsOfANodeAreThoseOfOneIdleConnection() {
		assertThat(application.get("/actuator/nexsdb/node-1/statements"))
			.matches("\\{\"statements\":\\d+,\"fromSql\":0,\"genericPlans\":0,\"customPlans\":\\d+}");
	}

	@Test
	void budgetThatIsExceededIsShown() {
		assertThat(application.get("/actuator/nexsdb/node-2")).contains(
				"\"budget\":{\"instances\":50,\"pool\":10,\"own\":2,\"needed\":600,\"available\":",
				"\"exceeded\":true");
		assertThat(application.get("/actuator/health/db/node-3")).contains("\"budget\":{\"needed\":600,\"available\":",
				"\"exceeded\":true");
	}

	@Test
	void budgetThatIsExceededIsWarnedOfOncePerNode(EmbeddedCluster cluster, CapturedOutput output) {
		try (RunningApplication other = RunningApplication.start(WebApplication.class, "nexs.db.dsn=" + cluster.dsn(),
				"nexs.db.pool.instances=60", "nexs.db.pool.adaptive.enabled=true", "nexs.db.read.balancer=random")) {
			assertThat(output.toString().lines().filter((line) -> line.contains(" 60 instances"))).hasSize(3)
				.allMatch((line) -> line.contains("Too many connections to node-"))
				.allMatch((line) -> line.contains("60 instances with up to 12 connections (pool 10, own 2) need 720"))
				.allMatch((line) -> line.contains("Set 'nexs.db.pool.max-conns' to "));
			assertThat(other.bean(AdaptivePoolSizer.class)).isNotNull();
			assertThat(other.get("/actuator/nexsdb")).contains("\"adaptivePools\":true");
			assertThat(other.post("/actuator/nexsdb", "{\"maxConns\":5}", 400))
				.contains("The maximum of the pools is moved by 'nexs.db.pool.adaptive.enabled'");
			Awaitility.await()
				.untilAsserted(() -> assertThat(other.get("/actuator/nexsdb/node-1")).contains("\"exceeded\":false"));
		}
	}

	/**
	 * The application, with an ear for events.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Application extends WebApplication {

		@Bean
		Events events() {
			return new Events();
		}

	}

	/**
	 * Events of changes.
	 */
	static class Events {

		private final Queue<Object> seen = new ConcurrentLinkedQueue<>();

		@EventListener
		void routing(RoutingChanged event) {
			this.seen.add(event);
		}

		@EventListener
		void pool(PoolResized event) {
			this.seen.add(event);
		}

	}

}
