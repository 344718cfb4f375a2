package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
						"-Dspring.docker.compose.enabled=false", "-cp", classPath));
		command.addAll(arguments);
		Path log = Files.createTempFile(directory, "run", ".log");
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
		if (!ended) {
			process.destroyForcibly().waitFor();
		}
		String output = Files.readString(log);
		assertThat(ended && process.exitValue() == 0).as(output).isTrue();
	}

}
