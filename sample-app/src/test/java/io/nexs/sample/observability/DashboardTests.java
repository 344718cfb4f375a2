package io.nexs.sample.observability;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.nexs.postgres.metrics.NexsDbMeter;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dashboard, and how compose.yaml puts it in place.
 */
class DashboardTests {

	/**
	 * Of dashboards of Grafana 12.1.
	 */
	private static final int SCHEMA = 41;

	@Test
	void panelsHaveATitleADescriptionAUnitAndAPlace() throws IOException {
		assertThat(Observed.dashboard().get("schemaVersion").asInt()).isEqualTo(SCHEMA);
		assertThat(Observed.panels()).hasSizeGreaterThan(40).allSatisfy((panel) -> {
			assertThat(panel.get("title").asString()).isNotBlank();
			assertThat(panel.get("description").asString()).endsWith(".");
			assertThat(panel.get("fieldConfig").get("defaults").get("unit").asString()).isNotBlank();
			assertThat(panel.get("targets").size()).isPositive();
		});
		assertThat(Observed.panels()).extracting((panel) -> panel.get("title").asString()).doesNotHaveDuplicates();
		assertThat(Observed.dashboard().get("panels").valueStream().map((panel) -> panel.get("id").asInt()))
			.doesNotHaveDuplicates();
	}

	@Test
	void panelsDoNotLieOnOneAnother() throws IOException {
		Set<String> taken = new TreeSet<>();
		for (JsonNode panel : Observed.dashboard().get("panels")) {
			JsonNode place = panel.get("gridPos");
			assertThat(place.get("x").asInt() + place.get("w").asInt()).isLessThanOrEqualTo(24);
			for (int x = 0; x < place.get("w").asInt(); x++) {
				for (int y = 0; y < place.get("h").asInt(); y++) {
					String cell = (place.get("x").asInt() + x) + "," + (place.get("y").asInt() + y);
					assertThat(taken.add(cell)).as("%s at %s", panel.get("title"), cell).isTrue();
				}
			}
		}
	}

	@Test
	void everythingIsAskedOfTheChosenDataSourceAndFiltered() throws IOException {
		for (JsonNode panel : Observed.panels()) {
			assertThat(panel.get("datasource").get("uid").asString()).isEqualTo("${datasource}");
			for (JsonNode target : panel.get("targets")) {
				assertThat(target.get("datasource").get("uid").asString()).isEqualTo("${datasource}");
				assertThat(PromQl.parse(target.get("expr").asString()).selectors()).allSatisfy(
						(selector) -> assertThat(selector.labels()).as(selector.metric()).contains("job", "instance"));
			}
		}
		assertThat(Observed.dashboard()
			.get("templating")
			.get("list")
			.valueStream()
			.map((each) -> each.get("name").asString())).containsExactly("datasource", "job", "instance", "node");
	}

	@Test
	void everyMeterIsOnTheDashboard() throws IOException {
		Set<String> shown = Observed.expressionsOfTheDashboard()
			.stream()
			.flatMap((expression) -> PromQl.parse(expression).selectors().stream())
			.map((selector) -> selector.metric().replaceFirst("_(bucket|sum|count)$", ""))
			.collect(Collectors.toSet());
		assertThat(Stream.of(NexsDbMeter.values())
			.map(NexsDbMeter::prometheusName)
			.filter((name) -> !Set.of("nexs_db_epoch", "nexs_db_primary_changes_total", "nexs_db_node_status")
				.contains(name)))
			.isSubsetOf(shown);
	}

	@Test
	void pathsOfTheProvisionedFilesAgree() throws IOException {
		String compose = Files.readString(Observed.ROOT.resolve("compose.yaml"));
		Map<String, List<Map<String, Object>>> dashboards = Observed
			.yaml(Observed.FOLDER.resolve("grafana/dashboards.yaml"));
		Map<?, ?> options = (Map<?, ?>) dashboards.get("providers").get(0).get("options");
		assertThat(compose).contains("/nexs-postgres.json:" + options.get("path") + "/nexs-postgres.json:ro")
			.contains("/alerts.yml:/etc/prometheus/alerts.yml:ro")
			.contains("/prometheus.yml:/etc/prometheus/prometheus.yml:ro");
		Map<String, Object> prometheus = Observed.yaml(Observed.PROMETHEUS.resolve("prometheus.yml"));
		assertThat(prometheus.get("rule_files")).isEqualTo(List.of("alerts.yml"));
		assertThat(prometheus.get("alerting").toString()).contains("alertmanager:9093");
	}

}
