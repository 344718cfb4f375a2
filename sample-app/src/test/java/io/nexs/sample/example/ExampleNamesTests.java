package io.nexs.sample.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.objenesis.SpringObjenesis;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Wherever the examples are named they have the names of the code.
 */
class ExampleNamesTests {

	private static final Path ROOT = Path.of("..");

	private static final Pattern ARRAY = Pattern.compile("(?m)^examples=\\((.*)\\)$");

	private static final Pattern USAGE = Pattern.compile("(?m)^ +example NAME .*runs an example: (.*)$");

	private static final Pattern ROW = Pattern.compile("(?m)^\\| \\[(.*?)]\\(examples/(.*?)\\.md\\) \\|");

	private static final Pattern README = Pattern.compile("each run by a profile or a request: (.*?) \\|");

	private static Set<String> names() {
		ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
		scanner.addIncludeFilter(new AssignableTypeFilter(Example.class));
		Set<String> names = scanner.findCandidateComponents(Example.class.getPackageName())
			.stream()
			.map(BeanDefinition::getBeanClassName)
			.filter((type) -> !type.contains("Tests"))
			.map(ExampleNamesTests::name)
			.collect(Collectors.toSet());
		assertThat(names).hasSizeGreaterThan(5);
		return names;
	}

	/**
	 * The name needs no collaborators, so no constructor is called.
	 */
	private static String name(String className) {
		Class<?> type = ClassUtils.resolveClassName(className, null);
		String name = ((Example) new SpringObjenesis().newInstance(type)).name();
		assertThat(type.getPackageName()).endsWith(".example." + name);
		return name;
	}

	@Test
	void scriptHasTheExamplesOfTheSample() throws IOException {
		String script = Files.readString(ROOT.resolve("manage.sh"));
		assertThat(found(ARRAY, script).split(" ")).containsExactlyInAnyOrderElementsOf(names());
		assertThat(found(USAGE, script).split(", ")).containsExactlyInAnyOrderElementsOf(names());
	}

	@Test
	void documentationHasTheExamplesOfTheSample() throws IOException {
		List<String> rows = ROW.matcher(Files.readString(ROOT.resolve("docs/examples.md")))
			.results()
			.map((row) -> row.group(2))
			.toList();
		assertThat(rows).containsExactlyInAnyOrderElementsOf(names());
		String readme = Files.readString(ROOT.resolve("README.md"));
		assertThat(found(README, readme).split(", ")).containsExactlyInAnyOrderElementsOf(names());
		try (Stream<Path> pages = Files.list(ROOT.resolve("docs/examples"))) {
			assertThat(pages.map((page) -> page.getFileName().toString().replace(".md", "")))
				.containsExactlyInAnyOrderElementsOf(names());
		}
	}

	private static String found(Pattern pattern, String text) {
		Matcher matcher = pattern.matcher(text);
		assertThat(matcher.find()).as(pattern.pattern()).isTrue();
		return matcher.group(1);
	}

}
