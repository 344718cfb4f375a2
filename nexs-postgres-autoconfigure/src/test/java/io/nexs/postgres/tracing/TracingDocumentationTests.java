package io.nexs.postgres.tracing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables of {@code docs/tracing.md} name every key and every event, and no other.
 */
class TracingDocumentationTests {

	private static final Path PAGE = Path.of("..", "docs", "tracing.md");

	@Test
	void keysWhenComparedAreThoseOfTheTable() throws IOException {
		Set<String> documented = names("## Spans", "\\| ((?:`[a-z_.]+`(?:, )?)+) \\|.*");
		assertThat(documented).containsExactlyInAnyOrderElementsOf(
				Stream.of(DatabaseKey.values()).map(DatabaseKey::asString).collect(Collectors.toSet()));
	}

	@Test
	void eventsWhenComparedAreThoseOfTheTable() throws IOException {
		Set<String> events = new ClassFileImporter().importPath(Path.of("target", "classes"))
			.stream()
			.filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC) && type.isRecord())
			.map(TracingDocumentationTests::name)
			.filter((name) -> name.contains("Event") || name.equals("AuditRecord"))
			.filter((name) -> !name.contains("Descriptor") && !name.endsWith(".WaitingThread"))
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(events).contains("FailoverEvent.NodeFenced", "ClusterEvent.NodeLost");
		assertThat(names("## Events", "\\| ((?:`[A-Za-z.]+`(?:, )?)+) \\|.*"))
			.containsExactlyInAnyOrderElementsOf(events);
	}

	private static String name(JavaClass type) {
		return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
	}

	private static Set<String> names(String heading, String row) throws IOException {
		String page = Files.readString(PAGE);
		Pattern pattern = Pattern.compile(row);
		return page.substring(page.indexOf(heading))
			.lines()
			.skip(1)
			.takeWhile((line) -> !line.startsWith("## "))
			.map(pattern::matcher)
			.filter(Matcher::matches)
			.flatMap((matcher) -> Stream.of(matcher.group(1).replace("`", "").split(", ")))
			.collect(Collectors.toCollection(TreeSet::new));
	}

}
