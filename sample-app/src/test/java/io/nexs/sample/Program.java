package io.nexs.sample;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A program on the path; where there is none, the test is skipped.
 */
public final class Program {

	private Program() {
	}

	/**
	 * Runs a program that has to succeed.
	 * @return what it printed
	 */
	public static String run(Path directory, String name, String... arguments)
			throws IOException, InterruptedException {
		Result result = call(directory, Map.of(), "", name, arguments);
		assertThat(result.exitCode()).as(result.output()).isZero();
		return result.output();
	}

	/**
	 * Runs a program to its end, which comes within a minute.
	 * @param directory where it runs
	 * @param environment variables set besides those of this process
	 * @param input what it reads
	 * @return how it ended
	 */
	public static Result call(Path directory, Map<String, String> environment, String input, String name,
			String... arguments) throws IOException, InterruptedException {
		boolean installed = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.anyMatch((each) -> new File(each, name).canExecute());
		Assumptions.assumeTrue(installed, name + " is not on the path");
		List<String> command = new ArrayList<>(List.of(name));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
		builder.environment().putAll(environment);
		Process process = builder.start();
		process.outputWriter(StandardCharsets.UTF_8).append(input).close();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		return new Result(process.exitValue(), output);
	}

	/**
	 * How a program ended.
	 *
	 * @param exitCode what it returned
	 * @param output what it printed, errors included
	 */
	public record Result(int exitCode, String output) {

	}

}
