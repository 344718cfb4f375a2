package io.nexs.postgres.benchmark.gap;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Results as text.
 */
final class GapReport {

	private GapReport() {
	}

	/**
	 * One run in a line.
	 */
	static String line(GapResult result) {
		return String.format(Locale.ROOT,
				"%s %s: writable %.0f, first commit %.0f, beyond p50 %s worst %s, after p50 %s worst %s, "
						+ "longest pause %s, acknowledged %d, failed %s, lost %d (late %d), doubled %d, wrong %d %s",
				result.scenario(), result.client(), result.writable(), result.committed(), median(result.beyond()),
				worst(result.beyond()), median(result.after()), worst(result.after()), worst(result.longest()),
				result.acknowledged(), result.failed(), result.lost(), result.lostLate(), result.doubled(),
				result.wrong(), kinds(result));
	}

	private static Map<String, Long> kinds(GapResult result) {
		return result.failures()
			.stream()
			.collect(Collectors.groupingBy((failure) -> failure.substring(0, Math.min(160, failure.length())),
					TreeMap::new, Collectors.counting()));
	}

	/**
	 * A table with a line for each scenario and client, over all runs.
	 */
	static String markdown(List<GapResult> results) {
		StringBuilder text = new StringBuilder("| scenario | client | runs | new primary after | first commit there "
				+ "after | gap: median (worst) | beyond: median (worst) | acknowledged | failed calls | lost (of them begun after the newer timeline was seen) | doubled |\n"
				+ "|---|---|---|---|---|---|---|---|---|---|---|\n");
		grouped(results).forEach((key, group) -> text.append(row(key, group)));
		return text.toString();
	}

	private static Map<List<String>, List<GapResult>> grouped(List<GapResult> results) {
		return results.stream()
			.collect(Collectors.groupingBy((result) -> List.of(result.scenario(), result.client()), LinkedHashMap::new,
					Collectors.toList()));
	}

	private static String row(List<String> key, List<GapResult> group) {
		List<Double> gaps = all(group, GapResult::gaps);
		List<Double> beyond = all(group, GapResult::beyond);
		return String.format(Locale.ROOT, "| %s | %s | %d | %s | %s | %s (%s) | %s (%s) | %d | %d | %d (%d) | %d |%n",
				key.get(0), key.get(1), group.size(), range(group, GapResult::writable),
				range(group, GapResult::committed), median(gaps), worst(gaps), median(beyond), worst(beyond),
				sum(group, GapResult::acknowledged), sum(group, (result) -> result.failures().size()),
				sum(group, GapResult::lost), sum(group, GapResult::lostLate), sum(group, GapResult::doubled));
	}

	private static List<Double> all(List<GapResult> group, Function<GapResult, List<Double>> values) {
		List<Double> all = new ArrayList<>();
		group.forEach((result) -> all.addAll(values.apply(result)));
		return all;
	}

	private static String range(List<GapResult> group, ToDoubleFunction<GapResult> value) {
		return String.format(Locale.ROOT, "%.0f-%.0f", group.stream().mapToDouble(value).min().orElseThrow(),
				group.stream().mapToDouble(value).max().orElseThrow());
	}

	private static int sum(List<GapResult> group, Function<GapResult, Integer> value) {
		return group.stream().mapToInt(value::apply).sum();
	}

	private static String median(List<Double> values) {
		List<Double> sorted = values.stream().sorted().toList();
		return number((sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2);
	}

	private static String worst(List<Double> values) {
		return number(values.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
	}

	private static String number(double value) {
		return Double.isInfinite(value) ? "never" : Long.toString(Math.round(value));
	}

	/**
	 * Every run with the times of every writer.
	 */
	static String json(List<GapResult> results) {
		return results.stream().map(GapReport::object).collect(Collectors.joining(",\n", "[\n", "\n]\n"));
	}

	private static String object(GapResult result) {
		return String.format(Locale.ROOT,
				"{\"scenario\": \"%s\", \"client\": \"%s\", \"writable\": %.1f, \"committed\": %.1f, \"gaps\": %s, "
						+ "\"beyond\": %s, \"after\": %s, \"longest\": %s, \"acknowledged\": %d, \"failed\": %d, \"lost\": %d, "
						+ "\"lostLate\": %d, " + "\"doubled\": %d, \"wrong\": %d}",
				result.scenario(), result.client(), result.writable(), result.committed(), numbers(result.gaps()),
				numbers(result.beyond()), numbers(result.after()), numbers(result.longest()), result.acknowledged(),
				result.failures().size(), result.lost(), result.lostLate(), result.doubled(), result.wrong());
	}

	private static String numbers(List<Double> values) {
		return values.stream()
			.map((value) -> Double.isInfinite(value) ? "null" : String.format(Locale.ROOT, "%.1f", value))
			.collect(Collectors.joining(", ", "[", "]"));
	}

}
