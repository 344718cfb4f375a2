package io.nexs.sample;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import io.nexs.postgres.metrics.NexsDbMeter;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class ActuatorTests extends AbstractSampleTests {

	/**
	 * Exported once something failed or a hook was added; see ExportedMetersTests.
	 */
	private static final Set<NexsDbMeter> COUNTED_LATER = EnumSet.of(NexsDbMeter.FALLBACKS, NexsDbMeter.REPEATS,
			NexsDbMeter.HOOK, NexsDbMeter.HOOK_DROPPED);

	@Test
	void healthShowsEveryNode() {
		Answer answer = get("/actuator/health/db");
		assertThat(answer.status()).isEqualTo(200);
		JsonNode nodes = answer.json().get("components");
		for (String node : List.of("node-1", "node-2", "node-3")) {
			JsonNode details = nodes.get(node).get("details");
			assertThat(details.get("status").asString()).isEqualTo("HEALTHY");
			assertThat(details.get("role").asString())
				.isEqualTo(node.equals(this.cluster.primary().id()) ? "PRIMARY" : "REPLICA");
			assertThat(details.get("pool").get("max").asInt()).isPositive();
			assertThat(get("/actuator/health/db/" + node).json().get("details").get("role").asString())
				.isEqualTo(details.get("role").asString());
		}
		assertThat(get("/actuator/health/readiness").status()).isEqualTo(200);
		assertThat(get("/actuator/health").json().get("status").asString()).isEqualTo("UP");
	}

	@Test
	void endpointShowsTheTopology() {
		JsonNode topology = get("/actuator/nexsdb").json();
		assertThat(topology.get("primary").asString()).isEqualTo(this.cluster.primary().id());
		assertThat(topology.get("epoch").asLong()).isPositive();
		assertThat(topology.get("nodes").size()).isEqualTo(3);
		for (JsonNode node : topology.get("nodes")) {
			assertThat(node.propertyNames()).contains("id", "role", "status", "timeline", "lagBytes", "lagMillis",
					"latencyMillis", "pool");
			assertThat(node.get("latencyMillis").asDouble()).isPositive();
			assertThat(node.get("pool").propertyNames()).contains("active", "idle", "max");
		}
	}

	@Test
	void endpointShowsTheHooksThatAreOn() {
		JsonNode hooks = get("/actuator/nexsdbhooks").json().get("hooks");
		assertThat(hooks.valueStream().map((hook) -> hook.get("name").asString())).contains("slow-query");
		post("/orders", order("ada", "book"));
		assertThat(hook("slow-query").get("points").get("query").get("calls").asLong()).isPositive();
	}

	private JsonNode hook(String name) {
		return get("/actuator/nexsdbhooks").json()
			.get("hooks")
			.valueStream()
			.filter((hook) -> hook.get("name").asString().equals(name))
			.findFirst()
			.orElseThrow();
	}

	@Test
	void prometheusShowsTheMeters() {
		post("/orders", order("ada", "book"));
		get("/orders?customer=ada");
		get("/test/server/fail");
		String meters = meters();
		assertThat(meters).contains("\ndb_query_duration_seconds_bucket{", "\ndb_connections_active{",
				"\ndb_connections_idle{", "\ndb_errors_total{");
		assertThat(NexsDbMeter.values()).filteredOn((meter) -> !COUNTED_LATER.contains(meter))
			.allSatisfy((meter) -> assertThat(meters).contains("\n# TYPE " + meter.prometheusName() + " "));
	}

	@Test
	void routesWhenOrdersAreReadAndWrittenAreCounted() {
		String primary = this.cluster.primary().id();
		double before = value("nexs_db_routes_total{node=\"" + primary + "\",reason=\"write-transaction\"}");
		post("/orders", order("ada", "book"));
		assertThat(value("nexs_db_routes_total{node=\"" + primary + "\",reason=\"write-transaction\"}"))
			.isEqualTo(before + 1);
	}

	private double value(String series) {
		return meters().lines()
			.filter((line) -> line.startsWith(series + " "))
			.mapToDouble((line) -> Double.parseDouble(line.substring(series.length() + 1)))
			.findFirst()
			.orElse(0);
	}

	private String meters() {
		return new String(get("/actuator/prometheus").body(), StandardCharsets.UTF_8);
	}

}
