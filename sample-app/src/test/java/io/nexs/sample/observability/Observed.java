package io.nexs.sample.observability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files below {@code docs/observability}.
 */
final class Observed {

	static final Path ROOT = Path.of("..");

	static final Path FOLDER = ROOT.resolve("docs/observability");

	static final Path PROMETHEUS = FOLDER.resolve("prometheus");

	private Observed() {
	}

	static <T> T yaml(Path file) throws IOException {
		return new Yaml().load(Files.readString(file));
	}

	static List<Alert> alerts() throws IOException {
		Map<String, List<Map<String, Object>>> file = yaml(PROMETHEUS.resolve("alerts.yml"));
		List<Alert> alerts = new ArrayList<>();
		for (Map<String, Object> group : file.get("groups")) {
			for (Map<String, Object> rule : Observed.<List<Map<String, Object>>>cast(group.get("rules"))) {
				Map<String, String> labels = cast(rule.get("labels"));
				alerts.add(new Alert((String) rule.get("alert"), (String) rule.get("expr"),
						(String) rule.getOrDefault("for", "at once"), labels.get("severity"),
						cast(rule.get("annotations"))));
			}
		}
		return alerts;
	}

	static JsonNode dashboard() throws IOException {
		return JsonMapper.shared().readTree(Files.readString(FOLDER.resolve("grafana/nexs-postgres.json")));
	}

	/**
	 * Panels without the rows that part them.
	 */
	static List<JsonNode> panels() throws IOException {
		return dashboard().get("panels")
			.valueStream()
			.filter((panel) -> !panel.get("type").asString().equals("row"))
			.toList();
	}

	/**
	 * Expressions of all panels, of the annotations and of the variables.
	 */
	static List<String> expressionsOfTheDashboard() throws IOException {
		List<String> expressions = new ArrayList<>();
		for (JsonNode panel : panels()) {
			panel.get("targets").forEach((target) -> expressions.add(target.get("expr").asString()));
		}
		for (JsonNode annotation : dashboard().get("annotations").get("list")) {
			if (annotation.has("expr")) {
				expressions.add(annotation.get("expr").asString());
			}
		}
		for (JsonNode variable : dashboard().get("templating").get("list")) {
			if (variable.get("type").asString().equals("query")) {
				String query = variable.get("query").get("query").asString();
				expressions.add(query.substring("label_values(".length(), query.lastIndexOf(',')));
			}
		}
		return expressions;
	}

	@SuppressWarnings("unchecked")
	private static <T> T cast(Object value) {
		return (T) value;
	}

	/**
	 * A rule.
	 *
	 * @param name its name
	 * @param expression when it fires
	 * @param hold for how long that has to be so
	 * @param severity how bad it is
	 * @param annotations what it says
	 */
	record Alert(String name, String expression, String hold, String severity, Map<String, String> annotations) {

	}

}
