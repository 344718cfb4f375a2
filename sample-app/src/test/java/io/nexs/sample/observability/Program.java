package io.nexs.sample.observability;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A program on the path; where there is none, the test is skipped.
 */
final class Program {

	private Program() {
	}

	/**
	 * Runs a program that has to succeed.
	 * @return what it printed
	 */
	static String run(Path directory, String name, String... arguments) throws IOException, InterruptedException {
		boolean installed = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.anyMatch((each) -> new File(each, name).canExecute());
		Assumptions.assumeTrue(installed, name + " is not on the path");
		List<String> command = new ArrayList<>(List.of(name));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		assertThat(process.exitValue()).as(output).isZero();
		return output;
	}

}
