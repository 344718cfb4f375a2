package io.nexs.postgres.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * What JMH measured of one operation of one subject.
 *
 * @param group {@code server}, {@code stub} or {@code balancer}
 * @param operation the method of the benchmark
 * @param subject what was measured
 * @param cpuNanos processor time of the thread for one operation, of each iteration,
 * ascending
 * @param bytes allocated for one operation, of each iteration, ascending
 * @param p50 median in microseconds, of the better round; NaN on a stub
 * @param p99 99th percentile in microseconds, of the better round; NaN on a stub
 */
record Measurement(String group, String operation, String subject, List<Double> cpuNanos, List<Double> bytes,
		double p50, double p99) {

	static Measurement of(RunResult result) {
		String name = result.getParams().getBenchmark();
		int method = name.lastIndexOf('.');
		String type = name.substring(name.lastIndexOf('.', method - 1) + 1, method);
		boolean sampled = type.startsWith("Server");
		Statistics times = result.getPrimaryResult().getStatistics();
		return new Measurement(type.replace("Benchmark", "").toLowerCase(Locale.ROOT), name.substring(method + 1),
				result.getParams().getParam("subject"), iterations(result, "cpuNanos"),
				iterations(result, "gc.alloc.rate.norm"), sampled ? times.getPercentile(50) : Double.NaN,
				sampled ? times.getPercentile(99) : Double.NaN);
	}

	private static List<Double> iterations(RunResult result, String label) {
		List<Double> values = new ArrayList<>();
		for (BenchmarkResult fork : result.getBenchmarkResults()) {
			for (IterationResult iteration : fork.getIterationResults()) {
				iteration.getSecondaryResults().forEach((name, value) -> {
					if (name.endsWith(label)) {
						values.add(score(value));
					}
				});
			}
		}
		return values.stream().sorted().toList();
	}

	private static double score(Result<?> result) {
		return result.getScore();
	}

	/**
	 * One of both rounds: all iterations, and the lower percentiles.
	 */
	static Measurement join(Measurement one, Measurement other) {
		return new Measurement(one.group, one.operation, one.subject, join(one.cpuNanos, other.cpuNanos),
				join(one.bytes, other.bytes), Math.min(one.p50, other.p50), Math.min(one.p99, other.p99));
	}

	private static List<Double> join(List<Double> one, List<Double> other) {
		return Stream.concat(one.stream(), other.stream()).sorted().toList();
	}

	/**
	 * Of which operation and subject it is.
	 */
	List<String> key() {
		return List.of(this.group, this.operation, this.subject);
	}

	/**
	 * The lower quartile of the processor time: what other processes do to the caches
	 * makes single iterations longer, never shorter.
	 */
	double cpu() {
		return quantile(this.cpuNanos, 0.25);
	}

	double allocated() {
		return quantile(this.bytes, 0.5);
	}

	private static double quantile(List<Double> sorted, double share) {
		return sorted.isEmpty() ? Double.NaN : sorted.get((int) ((sorted.size() - 1) * share));
	}

	/**
	 * As a JSON object.
	 */
	String json() {
		UnaryOperator<String> quoted = (text) -> '"' + text + '"';
		return "{\"group\": " + quoted.apply(this.group) + ", \"operation\": " + quoted.apply(this.operation)
				+ ", \"subject\": " + quoted.apply(this.subject) + ", \"cpuNanos\": " + Numbers.json(this.cpuNanos)
				+ ", \"bytes\": " + Numbers.json(this.bytes) + ", \"p50Micros\": " + Numbers.json(this.p50)
				+ ", \"p99Micros\": " + Numbers.json(this.p99) + "}";
	}

}
