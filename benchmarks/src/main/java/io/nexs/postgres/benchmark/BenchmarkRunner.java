package io.nexs.postgres.benchmark;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs all benchmarks and writes their results as JSON to the file named by the argument.
 */
public final class BenchmarkRunner {

	private BenchmarkRunner() {
	}

	public static void main(String[] args) throws RunnerException {
		String file = (args.length > 0) ? args[0] : "benchmark.json";
		new Runner(new OptionsBuilder().include(ReadBenchmark.class.getName())
			.addProfiler(GCProfiler.class)
			.resultFormat(ResultFormatType.JSON)
			.result(file)
			.build()).run();
	}

}
