package io.nexs.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.nexs.postgres.metrics.NexsDbMeter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the pages refer to exists: other pages, sections, keys, tests.
 */
class PagesTests {

	private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

	private static final Pattern KEY = Pattern.compile("`(nexs\\.db\\.[a-z0-9.-]*[a-z0-9])");

	private static final Pattern BELOW_MAPS = Pattern.compile("^nexs\\.db\\.pool\\.(hikari|driver-properties)\\.");

	static List<Path> pages() {
		return Pages.all();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void linksLeadToAPageAndASection(Path page) {
		assertThat(links(page)).allSatisfy((link) -> assertThat(isThere(page, link)).as(link).isTrue());
	}

	@Test
	void linkWhenPageOrSectionIsMissingIsFound() {
		Path readme = Pages.ROOT.resolve("README.md");
		assertThat(isThere(readme, "docs/failover.md#time-line")).isTrue();
		assertThat(isThere(readme, "docs/failover.md#no-such-section")).isFalse();
		assertThat(isThere(readme, "docs/no-such-page.md")).isFalse();
		assertThat(isThere(readme, "#use-it")).isTrue();
	}

	@Test
	void readmeLinksToEveryPage() {
		assertThat(links(Pages.ROOT.resolve("README.md")))
			.containsAll(Pages.docs().stream().map((page) -> "docs/" + page.getFileName()).collect(Collectors.toSet()));
	}

	@Test
	void keysExist() {
		List<String> properties = Metadata.properties()
			.stream()
			.map((property) -> property.get("name").asString())
			.filter((name) -> name.startsWith("nexs.db."))
			.toList();
		Set<String> known = new TreeSet<>(properties);
		properties.forEach((name) -> Stream.iterate(parent(name), (prefix) -> prefix.contains("."), PagesTests::parent)
			.forEach(known::add));
		Stream.of(NexsDbMeter.values()).map(NexsDbMeter::meterName).forEach(known::add);
		String attributes = Pages.read(Pages.ROOT.resolve("docs/tracing.md")).split("\n## Spans\n")[1]
			.split("\n## ")[0];
		known.addAll(keys(attributes));
		List<String> used = Pages.all().stream().map(Pages::prose).flatMap((text) -> keys(text).stream()).toList();
		assertThat(used).hasSizeGreaterThan(200);
		assertThat(used).filteredOn((name) -> !BELOW_MAPS.matcher(name).find()).allMatch(known::contains);
	}

	@Test
	void testsExist() throws IOException {
		Set<String> tests = new TreeSet<>();
		try (Stream<Path> modules = Files.list(Pages.ROOT)) {
			for (Path sources : modules.map((module) -> module.resolve("src/test/java"))
				.filter(Files::exists)
				.toList()) {
				try (Stream<Path> files = Files.walk(sources)) {
					files.map((file) -> file.getFileName().toString().replace(".java", "")).forEach(tests::add);
				}
			}
		}
		Set<String> named = Pages.all()
			.stream()
			.flatMap((page) -> Pattern.compile("(?:`|-Dtest=)([A-Z][A-Za-z]+Tests)\\b")
				.matcher(Pages.read(page))
				.results())
			.map((match) -> match.group(1))
			.filter((name) -> !name.equals("FooTests"))
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(named).isNotEmpty().allSatisfy((name) -> assertThat(tests).contains(name));
	}

	private static String parent(String name) {
		return name.substring(0, Math.max(0, name.lastIndexOf('.')));
	}

	private static List<String> keys(String text) {
		return KEY.matcher(text).results().map((match) -> match.group(1)).toList();
	}

	private static List<String> links(Path page) {
		return LINK.matcher(Pages.prose(page).replaceAll("`[^`\n]*`", "code"))
			.results()
			.map((match) -> match.group(1))
			.filter((link) -> !link.startsWith("https://"))
			.toList();
	}

	private static boolean isThere(Path page, String link) {
		String[] parts = link.split("#", 2);
		Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
		return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
	}

	/**
	 * The names GitHub gives to headings.
	 */
	private static Set<String> anchors(Path page) {
		return Pages.prose(page)
			.lines()
			.filter((line) -> line.startsWith("#"))
			.map((line) -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
			.map((title) -> title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
			.collect(Collectors.toSet());
	}

}
