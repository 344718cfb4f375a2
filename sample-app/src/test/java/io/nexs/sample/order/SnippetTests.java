package io.nexs.sample.order;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.nexs.postgres.autoconfigure.NexsDbProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * The code in the documentation compiles, and its configuration binds.
 */
class SnippetTests {

	private static final Path ROOT = Path.of("..");

	private static final SnippetCompiler compiler = new SnippetCompiler();

	static Stream<Snippet> java() {
		return snippets("java").filter((snippet) -> snippet.skipped() == null);
	}

	static Stream<Snippet> yaml() {
		return snippets("yaml").filter((snippet) -> snippet.code().contains("nexs:"));
	}

	@ParameterizedTest
	@MethodSource("java")
	void javaCompiles(Snippet snippet) {
		assertThat(compiler.errors(snippet)).as(snippet.place()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("yaml")
	void yamlBindsWithoutUnknownKeys(Snippet snippet) {
		assertThatNoException().as(snippet.place()).isThrownBy(() -> bind(snippet.code()));
	}

	@Test
	void everyBlockIsFound() {
		assertThat(pages().flatMap((page) -> read(page).lines())
			.filter((line) -> line.equals("```java") || line.equals("```yaml"))).isNotEmpty()
			.hasSize((int) (snippets("java").count() + snippets("yaml").count()));
	}

	@Test
	void snippetWhenWrongIsRefused() {
		assertThat(compiler.errors(new Snippet("here", "Orders orders", null, "orders.findAll();\n"))).singleElement()
			.asString()
			.contains("findAll");
		assertThat(compiler.errors(new Snippet("here", "", null, "Order order = ;\n"))).isNotEmpty();
	}

	private static void bind(String yaml) throws IOException {
		Iterable<PropertySource<?>> sources = List.copyOf(new YamlPropertySourceLoader().load("snippet",
				new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8))));
		new Binder(ConfigurationPropertySources.from(sources), PlaceholdersResolver.NONE).bind("nexs.db",
				Bindable.of(NexsDbProperties.class), new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
	}

	private static Stream<Snippet> snippets(String language) {
		return pages().flatMap((page) -> Snippet.of(page.getFileName().toString(), read(page), language).stream());
	}

	private static Stream<Path> pages() {
		try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
			List<Path> pages = docs.filter((page) -> page.toString().endsWith(".md")).sorted().toList();
			return Stream.concat(Stream.of(ROOT.resolve("README.md")), pages.stream());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path page) {
		try {
			return Files.readString(page);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
