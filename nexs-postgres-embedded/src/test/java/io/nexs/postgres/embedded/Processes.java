package io.nexs.postgres.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What the system says about processes.
 */
final class Processes {

	private Processes() {
	}

	static boolean isAlive(long pid) {
		char state = state(pid);
		return state != 'X' && state != 'Z';
	}

	static char state(long pid) {
		try {
			String stat = Files.readString(Path.of("/proc/%d/stat".formatted(pid)));
			return stat.charAt(stat.lastIndexOf(')') + 2);
		}
		catch (NoSuchFileException ex) {
			return 'X';
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
