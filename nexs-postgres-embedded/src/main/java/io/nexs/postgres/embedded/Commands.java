package io.nexs.postgres.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs a program to its end.
 */
final class Commands {

	private Commands() {
	}

	/**
	 * Run a program and fail when its exit code is not 0.
	 * @param directory the working directory
	 * @param command the program and its arguments
	 * @throws EmbeddedClusterException with the program's output when it fails
	 */
	static void run(Path directory, List<String> command) {
		Result result = execute(directory, command);
		if (result.exitCode() != 0) {
			throw new EmbeddedClusterException(
					"%s ended with code %d: %s".formatted(command, result.exitCode(), result.output()));
		}
	}

	static Result execute(Path directory, List<String> command) {
		try {
			Process process = new ProcessBuilder(command).directory(directory.toFile())
				.redirectErrorStream(true)
				.start();
			process.getOutputStream().close();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
			return new Result(process.waitFor(), output);
		}
		catch (IOException ex) {
			throw new EmbeddedClusterException("Could not run " + command, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new EmbeddedClusterException("Interrupted while running " + command, ex);
		}
	}

	/**
	 * The end of a program.
	 *
	 * @param exitCode what it returned
	 * @param output standard output and error
	 */
	record Result(int exitCode, String output) {

	}

}
