package io.nexs.postgres.benchmark.gap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the write gap of each client in each scenario and writes the results as JSON
 * and as Markdown. The argument: the file without its extension, then with commas in
 * between {@code runs=5}, {@code scenarios=kill+freeze+cut+switchover},
 * {@code clients=nexs+pgjdbc+pgjdbc-tuned}, {@code async} and properties of Spring for
 * the routed client.
 */
public final class WriteGap {

	private static final Logger logger = LoggerFactory.getLogger(WriteGap.class);

	private WriteGap() {
	}

	public static void main(String[] args) throws Exception {
		String[] words = args[0].split(",");
		int runs = 5;
		boolean synchronous = true;
		List<Scenario> scenarios = List.of(Scenario.values());
		List<String> clients = Client.NAMES;
		Map<String, Object> properties = new HashMap<>();
		for (String word : List.of(words).subList(1, words.length)) {
			String value = word.substring(word.indexOf('=') + 1);
			if (word.startsWith("runs=")) {
				runs = Integer.parseInt(value);
			}
			else if (word.startsWith("scenarios=")) {
				scenarios = List.of(value.toUpperCase(Locale.ROOT).split("\\+"))
					.stream()
					.map(Scenario::valueOf)
					.toList();
			}
			else if (word.startsWith("clients=")) {
				clients = List.of(value.split("\\+"));
			}
			else if (word.equals("async")) {
				synchronous = false;
			}
			else {
				properties.put(word.substring(0, word.indexOf('=')), value);
			}
		}
		List<GapResult> results = new ArrayList<>();
		for (int run = 0; run < runs; run++) {
			for (Scenario scenario : scenarios) {
				for (String client : clients) {
					GapResult result = new GapRun(scenario, client, synchronous, properties).run();
					results.add(result);
					logger.info("{}", GapReport.line(result));
					write(Path.of(words[0]), results);
				}
			}
		}
	}

	private static void write(Path base, List<GapResult> results) throws IOException {
		Files.writeString(base.resolveSibling(base.getFileName() + ".json"), GapReport.json(results));
		Files.writeString(base.resolveSibling(base.getFileName() + ".md"), GapReport.markdown(results));
	}

}
