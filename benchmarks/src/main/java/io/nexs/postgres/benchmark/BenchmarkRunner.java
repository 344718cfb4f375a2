package io.nexs.postgres.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * {@code quick} for short iterations whose figures say nothing but that all of it works,
 * or {@code readme}, by which the figures get into the {@code README.md} of the module.
 * What {@code gap.WriteGap} has written beside the file becomes part of the report. Ends
 * by itself.
 */
public final class BenchmarkRunner {

	private static final Logger logger = LoggerFactory.getLogger(BenchmarkRunner.class);

	private static final String BEGIN = "<!-- report -->";

	private static final String END = "<!-- end of the report -->";

	/**
	 * What else runs on the machine for some seconds meets one round of a subject only.
	 */
	private static final int ROUNDS = 2;

	private static final Set<String> ALL = Subjects.ALL.keySet();

	private static final Set<String> FEW = Set.of(Subjects.RAW, Subjects.RAW_AGAIN, Subjects.NEXS);

	private final boolean quick;

	private final boolean readme;

	private final Path base;

	private final Map<List<String>, Measurement> measurements = new LinkedHashMap<>();

	private BenchmarkRunner(Path base, List<String> words) {
		this.base = base;
		this.quick = words.contains("quick");
		this.readme = words.contains("readme");
	}

	public static void main(String[] args) throws Exception {
		List<String> words = List.of(((args.length > 0) ? args[0] : "report").split(","));
		new BenchmarkRunner(Path.of(words.get(0)), words).run();
	}

	private void run() throws Exception {
		try (Servers servers = Servers.start()) {
			Report report = new Report(this.quick, this.measurements.values());
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
			if (this.readme) {
				writeInto(Path.of("README.md"), report.section());
			}
		}
	}

	private static void writeInto(Path readme, String section) throws IOException {
		String text = Files.readString(readme);
		int start = text.indexOf(BEGIN) + BEGIN.length();
		int end = text.indexOf(END);
		if (start < BEGIN.length() || end < start) {
			throw new IOException("No place for the report in " + readme);
		}
		Files.writeString(readme, text.substring(0, start) + "\n\n" + section + "\n" + text.substring(end));
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
			options.warmupIterations(1)
				.warmupTime(TimeValue.milliseconds(300))
				.measurementIterations(2)
				.measurementTime(TimeValue.milliseconds(200));
		}
		for (int round = 0; round < (this.quick ? 1 : ROUNDS); round++) {
			for (RunResult result : new Runner(options.build()).run()) {
				Measurement measurement = Measurement.of(result);
				this.measurements.merge(measurement.key(), measurement, Measurement::join);
			}
		}
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
