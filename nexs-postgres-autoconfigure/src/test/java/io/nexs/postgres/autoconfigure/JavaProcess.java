package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs a class in a JVM of its own.
 */
final class JavaProcess {

	/**
	 * The class path of the tests.
	 */
	static final String CLASS_PATH = System.getProperty("surefire.test.class.path",
			System.getProperty("java.class.path"));

	private static final long LIMIT_SECONDS = 90;

	private static final long END_SECONDS = 20;

	private JavaProcess() {
	}

	/**
	 * Runs and waits for the end.
	 * @param directory where the output goes
	 * @param classPath the class path
	 * @param arguments options, the class, its arguments
	 * @throws AssertionError with the output if it does not end with 0 in time
	 */
	static void run(Path directory, String classPath, List<String> arguments) throws IOException, InterruptedException {
		run(directory, classPath, arguments, 0);
	}

	/**
	 * Runs and waits for an end that is a failure.
	 * @return the output
	 * @throws AssertionError with the output if it does not end with 1 in time
	 */
	static String fail(Path directory, String classPath, List<String> arguments)
			throws IOException, InterruptedException {
		return run(directory, classPath, arguments, 1);
	}

	/**
	 * Runs until the output has a text, tells the process to end, and waits until it has.
	 * @return the output
	 */
	static String end(Path directory, String classPath, List<String> arguments, String text)
			throws IOException, InterruptedException {
		Path log = Files.createTempFile(directory, "run", ".log");
		Process process = start(log, classPath, arguments);
		try {
			Awaitility.await()
				.atMost(LIMIT_SECONDS, TimeUnit.SECONDS)
				.until(() -> Files.readString(log).contains(text));
			process.destroy();
			assertThat(process.waitFor(END_SECONDS, TimeUnit.SECONDS)).as(() -> "ends").isTrue();
			return Files.readString(log);
		}
		finally {
			process.destroyForcibly().waitFor();
		}
	}

	private static String run(Path directory, String classPath, List<String> arguments, int exitCode)
			throws IOException, InterruptedException {
		Path log = Files.createTempFile(directory, "run", ".log");
		Process process = start(log, classPath, arguments);
		boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
		if (!ended) {
			process.destroyForcibly().waitFor();
		}
		String output = Files.readString(log);
		assertThat(ended && process.exitValue() == exitCode).as(output).isTrue();
		return output;
	}

	private static Process start(Path log, String classPath, List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
						"-Dspring.docker.compose.enabled=false", "-cp", classPath));
		command.addAll(arguments);
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
	}

}
