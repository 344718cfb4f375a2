package io.nexs.postgres.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs programs to their end.
 */
final class Commands {

	private Commands() {
	}

	static Result execute(Path directory, List<String> command) {
		try {
			return finish(new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start());
		}
		catch (IOException ex) {
			throw new EmbeddedClusterException("Could not run " + command.get(0), ex);
		}
	}

	/**
	 * Read a program's output and wait for its end.
	 * @param process the program
	 * @return how it ended
	 * @throws IOException when its output cannot be read
	 */
	static Result finish(Process process) throws IOException {
		try {
			process.getOutputStream().close();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
			return new Result(process.waitFor(), output);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new EmbeddedClusterException("Interrupted while a program ran", ex);
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
