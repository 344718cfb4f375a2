package io.nexs.postgres.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures all subjects beside each other and writes {@code report.json} and
 * {@code report.md}. The argument: the file without its extension, and after a comma
 * {@code quick} for short iterations whose figures say nothing but that all of it works.
 * What {@code gap.WriteGap} has written beside the file becomes part of the report. Ends
 * by itself.
 */
public final class BenchmarkRunner {

	private static final Logger logger = LoggerFactory.getLogger(BenchmarkRunner.class);

	private static final Set<String> ALL = Subjects.ALL.keySet();

	private static final Set<String> FEW = Set.of(Subjects.RAW, Subjects.RAW_AGAIN, Subjects.NEXS);

	private final boolean quick;

	private final Path base;

	private final List<Measurement> measurements = new ArrayList<>();

	private BenchmarkRunner(Path base, boolean quick) {
		this.base = base;
		this.quick = quick;
	}

	public static void main(String[] args) throws Exception {
		List<String> words = List.of(((args.length > 0) ? args[0] : "report").split(","));
		new BenchmarkRunner(Path.of(words.get(0)), words.contains("quick")).run();
	}

	private void run() throws Exception {
		try (Servers servers = Servers.start()) {
			Report report = new Report(this.quick, this.measurements);
			report.roundTrips(RoundTrips.count(servers));
			measure("ServerBenchmark\\.(query|readOnlyTransaction|transaction|batch)$", ALL, servers);
			write(report);
			measure("ServerBenchmark\\.(exec|queryAll)$", FEW, servers);
			measure("StubBenchmark\\.pool$", ALL, servers);
			measure("StubBenchmark\\.(query|readOnlyTransaction)$", ALL, servers);
			measure("BalancerBenchmark", Set.of(), servers);
			write(report);
			report.targets(Targets.measure(servers, this.quick));
			write(report);
		}
	}

	private void measure(String benchmarks, Set<String> subjects, Servers servers) throws RunnerException {
		ChainedOptionsBuilder options = new OptionsBuilder().include(benchmarks)
			.addProfiler(GCProfiler.class)
			.shouldFailOnError(true)
			.timeout(TimeValue.seconds(30))
			.jvmArgsAppend("-D" + Servers.PORTS + "=" + servers.ports(), "-Xms1g", "-Xmx1g");
		if (!subjects.isEmpty()) {
			options.param("subject", ALL.stream().filter(subjects::contains).toArray(String[]::new));
		}
		if (this.quick) {
			options.forks(1)
				.warmupIterations(1)
				.warmupTime(TimeValue.milliseconds(300))
				.measurementIterations(2)
				.measurementTime(TimeValue.milliseconds(200));
		}
		Collection<RunResult> results = new Runner(options.build()).run();
		results.forEach((result) -> this.measurements.add(Measurement.of(result)));
	}

	private void write(Report report) throws IOException {
		Path gaps = this.base.resolveSibling("write-gap.json");
		Path table = this.base.resolveSibling("write-gap.md");
		if (Files.exists(gaps) && Files.exists(table)) {
			report.gaps(Files.readString(gaps), Files.readString(table));
		}
		Path markdown = named(".md");
		Files.writeString(markdown, report.markdown());
		Files.writeString(named(".json"), report.json());
		logger.info("{} written", markdown.toAbsolutePath());
	}

	private Path named(String extension) {
		return this.base.resolveSibling(this.base.getFileName() + extension);
	}

}
