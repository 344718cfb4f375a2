package io.nexs.postgres.benchmark;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The report as JSON and as Markdown. What was not measured yet is left out.
 */
final class Report {

	private static final List<String> PEERS = List.of("query", "readOnlyTransaction", "transaction", "batch");

	private static final List<String> OWN = List.of("exec", "queryAll");

	private static final Map<String, String> NAMES = Map.of("query", "point read, autocommit", "readOnlyTransaction",
			"read-only transaction", "transaction", "transaction, one update", "batch", "batch of 100 rows", "exec",
			"update, autocommit", "queryAll", "100 rows, autocommit", "pool", "handle, given back unused");

	private final boolean quick;

	private final Collection<Measurement> measurements;

	private Map<String, Map<String, Double>> roundTrips = Map.of();

	private List<Target> targets = List.of();

	private String gaps = "[]";

	private String gapTable = "";

	Report(boolean quick, Collection<Measurement> measurements) {
		this.quick = quick;
		this.measurements = measurements;
	}

	void roundTrips(Map<String, Map<String, Double>> counts) {
		this.roundTrips = counts;
	}

	void targets(List<Target> measured) {
		this.targets = measured;
	}

	/**
	 * What the program for the write gap has written.
	 */
	void gaps(String json, String table) {
		this.gaps = json.strip();
		this.gapTable = table;
	}

	private Map<String, Comparison> comparisons(String group) {
		Map<String, List<Measurement>> byOperation = this.measurements.stream()
			.filter((measurement) -> measurement.group().equals(group))
			.collect(Collectors.groupingBy(Measurement::operation, LinkedHashMap::new, Collectors.toList()));
		Map<String, Comparison> all = new LinkedHashMap<>();
		byOperation.forEach((operation, list) -> all.put(operation, new Comparison(operation, list)));
		return all;
	}

	String json() {
		return "{\"machine\": \"" + Machine.describe() + "\", \"quick\": " + this.quick + ",\n\"measurements\": "
				+ objects(this.measurements.stream().map(Measurement::json).toList()) + ",\n\"roundTrips\": "
				+ tripsJson() + ",\n\"targets\": " + objects(this.targets.stream().map(Target::json).toList())
				+ ",\n\"writeGaps\": " + this.gaps + "\n}\n";
	}

	private static String objects(Collection<String> objects) {
		return objects.stream().collect(Collectors.joining(",\n", "[\n", "\n]"));
	}

	private String tripsJson() {
		return this.roundTrips.entrySet()
			.stream()
			.map((subject) -> '"' + subject.getKey() + "\": "
					+ subject.getValue()
						.entrySet()
						.stream()
						.map((count) -> '"' + count.getKey() + "\": " + Numbers.json(count.getValue()))
						.collect(Collectors.joining(", ", "{", "}")))
			.collect(Collectors.joining(", ", "{", "}"));
	}

	/**
	 * The whole report.
	 */
	String markdown() {
		return markdown("## ", this.gapTable);
	}

	/**
	 * For the README, which tells of the write gap elsewhere.
	 */
	String section() {
		return markdown("### ", "");
	}

	private String markdown(String heading, String gapTable) {
		Map<String, Comparison> server = comparisons("server");
		StringBuilder text = new StringBuilder();
		text.append(Machine.describe()).append(".\n\n");
		if (this.quick) {
			text.append("**A quick run: the figures say nothing but that all of it works.**\n\n");
		}
		section(text, heading, "Targets", targetTable());
		section(text, heading, "Against the servers: p50 and p99 as multiples of `raw`", serverTable(server, PEERS));
		section(text, heading, "Against the servers: the other operations", serverTable(server, OWN));
		section(text, heading, "Client: processor time in ns and bytes over `raw`, for one operation",
				clientTable(server, PEERS));
		section(text, heading, "Client, the other operations", clientTable(server, OWN));
		section(text, heading, "On a stub: processor time in ns and bytes over `raw`, for one operation",
				clientTable(comparisons("stub"), List.of("pool", "query", "readOnlyTransaction")));
		section(text, heading, "Balancers: ns for a choice among three replicas", balancerTable());
		section(text, heading, "Round trips", tripsTable());
		section(text, heading, "Write gap at a failover, in milliseconds", gapTable);
		if (server.keySet().containsAll(PEERS) && server.keySet().containsAll(OWN)) {
			section(text, heading, "Advice",
					Advice.of(server, this.roundTrips)
						.stream()
						.map((line) -> "- " + line + "\n")
						.collect(Collectors.joining()));
		}
		section(text, heading, "How the subjects are set up",
				Subjects.ALL.entrySet()
					.stream()
					.map((subject) -> "| `" + subject.getKey() + "` | " + subject.getValue() + " |\n")
					.collect(Collectors.joining("", "| subject | set up |\n|---|---|\n", "")));
		return text.toString();
	}

	private static void section(StringBuilder text, String heading, String title, String body) {
		if (!body.isEmpty()) {
			text.append(heading).append(title).append("\n\n").append(body).append('\n');
		}
	}

	private String targetTable() {
		return this.targets.isEmpty() ? ""
				: this.targets.stream()
					.map(Target::row)
					.collect(Collectors.joining("", "| what | target | measured | met |\n|---|---|---|---|\n", ""));
	}

	private static String serverTable(Map<String, Comparison> all, List<String> operations) {
		return table(all, operations, (comparison, subject) -> subject.equals(Subjects.RAW)
				? Numbers.tenths(comparison.find(subject).orElseThrow().p50()) + " us, "
						+ Numbers.tenths(comparison.find(subject).orElseThrow().p99()) + " us"
				: Numbers.ratio(comparison.p50Ratio(subject)) + ", " + Numbers.ratio(comparison.p99Ratio(subject)));
	}

	private static String clientTable(Map<String, Comparison> all, List<String> operations) {
		return table(all, operations,
				(comparison, subject) -> subject.equals(Subjects.RAW)
						? Numbers.whole(comparison.find(subject).orElseThrow().cpu()) + " ns, "
								+ Numbers.whole(comparison.find(subject).orElseThrow().allocated()) + " B"
						: Numbers.difference(comparison.cpuOver(subject)) + " ns, "
								+ Numbers.difference(comparison.bytesOver(subject)) + " B");
	}

	private static String table(Map<String, Comparison> all, List<String> operations, Cell cell) {
		if (!all.keySet().containsAll(operations)) {
			return "";
		}
		StringBuilder text = new StringBuilder("| |");
		operations.forEach((operation) -> text.append(' ').append(NAMES.get(operation)).append(" |"));
		text.append("\n|---|").append("---|".repeat(operations.size())).append('\n');
		for (String subject : Subjects.ALL.keySet()) {
			if (all.get(operations.get(0)).find(subject).isPresent()) {
				text.append("| `").append(subject).append("` |");
				operations.forEach(
						(operation) -> text.append(' ').append(cell.text(all.get(operation), subject)).append(" |"));
				text.append('\n');
			}
		}
		return text.toString();
	}

	private String balancerTable() {
		String rows = this.measurements.stream()
			.filter((measurement) -> measurement.group().equals("balancer"))
			.map((measurement) -> String.format(Locale.ROOT, "| %s | %.0f | %.0f |%n", measurement.subject(),
					measurement.cpu(), measurement.allocated()))
			.collect(Collectors.joining());
		return rows.isEmpty() ? "" : "| balancer | ns | B |\n|---|---|---|\n" + rows;
	}

	private String tripsTable() {
		if (this.roundTrips.isEmpty()) {
			return "";
		}
		StringBuilder text = new StringBuilder("| |");
		PEERS.forEach((operation) -> text.append(' ').append(NAMES.get(operation)).append(" |"));
		text.append("\n|---|").append("---|".repeat(PEERS.size())).append('\n');
		this.roundTrips.forEach((subject, counts) -> {
			text.append("| `").append(subject).append("` |");
			PEERS.forEach((operation) -> text.append(' ').append(Numbers.tenths(counts.get(operation))).append(" |"));
			text.append('\n');
		});
		return text.toString();
	}

	/**
	 * What stands in a table for a subject and an operation.
	 */
	@FunctionalInterface
	private interface Cell {

		String text(Comparison comparison, String subject);

	}

}
