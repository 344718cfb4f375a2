package io.nexs.sample.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code on the pages of the examples is that of the examples.
 */
class ExamplePagesTests {

	private static final Path DOCS = Path.of("..", "docs");

	private static final Path SOURCES = Path.of("src", "main", "java", "io", "nexs", "sample", "example");

	private static final Pattern BLOCK = Pattern.compile("(?m)^(?:<!-- source: (.*?) -->\n)?^```java\n((?s:.*?))^```$");

	static List<Path> pages() throws IOException {
		try (Stream<Path> pages = Files.list(DOCS.resolve("examples"))) {
			return pages.sorted().toList();
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void codeOfThePageIsThatOfTheSource(Path page) throws IOException {
		Matcher blocks = BLOCK.matcher(Files.readString(page));
		int found = 0;
		for (; blocks.find(); found++) {
			assertThat(blocks.group(1)).as("a block of %s without its source", page).isNotNull();
			String example = page.getFileName().toString().replace(".md", "");
			String source = Files.readString(SOURCES.resolve(example).resolve(blocks.group(1)));
			assertThat(flat(source)).contains(flat(blocks.group(2)));
		}
		assertThat(found).isPositive();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void pageIsInTheIndexAndSaysHowToRun(Path page) throws IOException {
		String name = page.getFileName().toString().replace(".md", "");
		assertThat(Files.readString(DOCS.resolve("examples.md"))).contains("(examples/" + name + ".md)");
		assertThat(Files.readString(page)).contains("mvn spring-boot:run -Dspring-boot.run.profiles=" + name,
				"curl -X POST http://localhost:8080/examples/" + name);
		assertThat(SOURCES.resolve(name)).isDirectory();
	}

	private static String flat(String code) {
		return code.lines().map(String::strip).collect(Collectors.joining("\n"));
	}

}
