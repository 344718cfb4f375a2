package io.nexs.sample.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.nexs.sample.Program;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The scripts as text.
 */
class ScriptTests {

	private static List<String> scripts() throws IOException {
		List<String> scripts = new ArrayList<>(List.of("manage.sh", ".ci/run", ".ci/stranger"));
		try (Stream<Path> files = Files.list(Stack.SCRIPTS)) {
			files.map((file) -> Stack.ROOT.relativize(file).toString())
				.filter((name) -> name.endsWith(".sh"))
				.forEach(scripts::add);
		}
		assertThat(scripts).hasSizeGreaterThan(5);
		return scripts;
	}

	@Test
	void shellReadsThem() throws Exception {
		for (String script : scripts()) {
			assertThat(Program.run(Stack.ROOT, "bash", "-n", script)).isEmpty();
		}
	}

	@Test
	void shellcheckFindsNothing() throws Exception {
		List<String> arguments = new ArrayList<>(List.of("--external-sources", "--source-path=SCRIPTDIR"));
		arguments.addAll(scripts());
		assertThat(Program.run(Stack.ROOT, "shellcheck", arguments.toArray(String[]::new))).isEmpty();
	}

	@Test
	void pageHasEveryCommand() throws Exception {
		String page = Files.readString(Stack.ROOT.resolve("docs/compose.md"));
		List<String> commands = Program.run(Stack.ROOT, "bash", "manage.sh", "help")
			.lines()
			.filter((line) -> line.startsWith("  ") && !line.startsWith("   "))
			.map((line) -> line.strip().split(" ")[0])
			.toList();
		assertThat(commands).contains("start", "promote", "example");
		assertThat(commands).allSatisfy((command) -> assertThat(page).containsPattern("\\| `" + command + "[ `]"));
	}

}
