package io.nexs.sample.observability;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import io.nexs.sample.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The alerts, their tests, and what Prometheus and Alertmanager say of the files.
 */
class AlertTests {

	@Test
	void rulesAreValid() throws Exception {
		assertThat(Program.run(Observed.PROMETHEUS, "promtool", "check", "rules", "alerts.yml"))
			.contains(Observed.alerts().size() + " rules found");
	}

	@Test
	void configurationIsValid() throws Exception {
		assertThat(Program.run(Observed.PROMETHEUS, "promtool", "check", "config", "prometheus.yml"))
			.contains("1 rule files found");
	}

	@Test
	void rulesPassTheirTests() throws Exception {
		assertThat(Program.run(Observed.PROMETHEUS, "promtool", "test", "rules", "alerts_test.yml"))
			.contains("SUCCESS");
	}

	@Test
	void everyAlertHasACaseInWhichItFiresAndOneInWhichItDoesNot() throws IOException {
		Map<String, List<Map<String, Object>>> file = Observed.yaml(Observed.PROMETHEUS.resolve("alerts_test.yml"));
		Set<String> fires = new TreeSet<>();
		Set<String> rests = new TreeSet<>();
		for (Map<String, Object> test : file.get("tests")) {
			for (Object each : (List<?>) test.get("alert_rule_test")) {
				Map<?, ?> expectation = (Map<?, ?>) each;
				boolean none = ((List<?>) expectation.get("exp_alerts")).isEmpty();
				(none ? rests : fires).add((String) expectation.get("alertname"));
			}
		}
		List<String> names = Observed.alerts().stream().map(Observed.Alert::name).toList();
		assertThat(names).isNotEmpty().doesNotHaveDuplicates();
		assertThat(fires).containsExactlyInAnyOrderElementsOf(names);
		assertThat(rests).containsExactlyInAnyOrderElementsOf(names);
	}

	@Test
	void everyAlertSaysWhatToDoAndWhereItIsWritten() throws IOException {
		assertThat(Observed.alerts()).allSatisfy((alert) -> {
			assertThat(alert.severity()).isIn("warning", "critical");
			assertThat(alert.annotations()).containsOnlyKeys("summary", "description", "runbook_url");
			assertThat(alert.annotations().get("summary")).contains("{{ $labels.");
			assertThat(alert.annotations().get("description")).hasSizeGreaterThan(80).endsWith(".");
			assertThat(alert.annotations()).containsEntry("runbook_url",
					"docs/observability.md#" + alert.name().toLowerCase());
		});
	}

	@Test
	void pageHasEveryAlert() throws IOException {
		String page = Files.readString(Observed.ROOT.resolve("docs/observability.md"));
		List<String> rows = page.lines().filter((line) -> line.startsWith("| [`NexsDb")).toList();
		List<String> expected = new ArrayList<>();
		for (Observed.Alert alert : Observed.alerts()) {
			expected.add("| [`%s`](#%s) | %s | %s |".formatted(alert.name(), alert.name().toLowerCase(),
					alert.severity(), alert.hold()));
			assertThat(page).contains("\n### " + alert.name() + "\n");
		}
		assertThat(rows.stream().map((row) -> row.replaceFirst("^((?:\\|[^|]*){3}\\|).*", "$1")))
			.containsExactlyElementsOf(expected);
	}

	@Test
	void samplesForAlertmanagerAreValid() throws Exception {
		Path folder = Observed.FOLDER.resolve("alertmanager");
		List<String> names = new ArrayList<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
			files.forEach((file) -> names.add(file.getFileName().toString()));
		}
		assertThat(names).containsExactlyInAnyOrder("none.yml", "slack.yml", "pagerduty.yml", "mail.yml",
				"webhook.yml");
		for (String name : names) {
			assertThat(Files.readString(folder.resolve(name))).doesNotContain("password:", "api_url:", "routing_key:",
					"credentials:");
			assertThat(Program.run(folder, "amtool", "check-config", name)).contains("SUCCESS");
		}
	}

	@Test
	void samplesForAlertmanagerNameAlertsThatExist() throws IOException {
		List<String> names = Observed.alerts().stream().map(Observed.Alert::name).toList();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(Observed.FOLDER.resolve("alertmanager"))) {
			for (Path file : files) {
				assertThat(Pattern.compile("NexsDb[A-Za-z]+")
					.matcher(Files.readString(file))
					.results()
					.map((found) -> found.group())).allMatch(names::contains);
			}
		}
	}

	@Test
	void expressionsOfTheDashboardAreValid(@TempDir Path directory) throws Exception {
		StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
		List<String> expressions = Observed.expressionsOfTheDashboard();
		for (int i = 0; i < expressions.size(); i++) {
			String expression = expressions.get(i).replace("$__rate_interval", "1m");
			rules.append("  - record: panel_").append(i).append("\n    expr: '").append(expression).append("'\n");
		}
		Files.writeString(directory.resolve("dashboard.yml"), rules);
		assertThat(Program.run(directory, "promtool", "check", "rules", "dashboard.yml"))
			.contains(expressions.size() + " rules found");
	}

}
