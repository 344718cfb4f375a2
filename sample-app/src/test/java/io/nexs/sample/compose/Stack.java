package io.nexs.sample.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.nexs.sample.Program;
import io.nexs.sample.Program.Result;

/**
 * {@code manage.sh} with a program in place of {@code docker}.
 */
final class Stack {

	static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	static final Path SCRIPTS = ROOT.resolve("docs/compose");

	private static final Path STAND_INS = Path.of("src/test/resources/compose");

	private final Path directory;

	private final Map<String, String> environment = new HashMap<>();

	/**
	 * Puts a stand-in on the path, before everything else.
	 * @param directory where it goes, and where manage.sh is called
	 * @param file its file
	 * @param names what it is called
	 */
	Stack(Path directory, String file, String... names) throws IOException {
		this.directory = directory;
		Path programs = Files.createDirectories(directory.resolve("bin"));
		for (String name : names) {
			Path program = Files.copy(STAND_INS.resolve(file), programs.resolve(name));
			program.toFile().setExecutable(true);
		}
		set("PATH", programs + ":" + System.getenv("PATH"));
	}

	Stack set(String name, String value) {
		this.environment.put(name, value);
		return this;
	}

	Path directory() {
		return this.directory;
	}

	Result manage(String... arguments) throws Exception {
		return manageWithInput("", arguments);
	}

	Result manageWithInput(String input, String... arguments) throws Exception {
		List<String> all = new ArrayList<>(List.of(ROOT.resolve("manage.sh").toString()));
		all.addAll(List.of(arguments));
		return Program.call(this.directory, this.environment, input, "bash", all.toArray(String[]::new));
	}

}
