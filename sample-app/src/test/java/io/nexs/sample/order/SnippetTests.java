package io.nexs.sample.order;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import io.nexs.postgres.autoconfigure.NexsDbProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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

	@Test
	void yamlWhenAKeyIsUnknownOrAValueWrongIsRefused() {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> bind("nexs.db.hooks.asynk: []"));
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind("nexs.db.hooks.queue-size: many"));
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind("nexs.db.pool.max-conns: many"));
	}

	/**
	 * Every key is one of the metadata, and what it belongs to can be bound.
	 */
	private static void bind(String yaml) throws IOException, ClassNotFoundException {
		List<PropertySource<?>> sources = new YamlPropertySourceLoader().load("snippet",
				new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
		for (ConfigurationPropertySource source : ConfigurationPropertySources.from(sources)) {
			((IterableConfigurationPropertySource) source).stream()
				.filter(ConfigurationPropertyName.of("nexs.db")::isAncestorOf)
				.filter((name) -> !isKnown(name))
				.forEach((name) -> {
					throw new IllegalArgumentException("Unknown key " + name);
				});
		}
		Binder binder = new Binder(ConfigurationPropertySources.from(sources), PlaceholdersResolver.NONE);
		for (JsonNode group : metadata().get("groups")) {
			String type = group.get("type").asString();
			if (type.equals(group.get("sourceType").asString()) && !group.has("sourceMethod")
					&& group.get("name").asString().startsWith("nexs.db") && !type.contains("$")) {
				binder.bind(group.get("name").asString(), Bindable.of(Class.forName(type)));
			}
		}
	}

	/**
	 * Below a map or a list everything is.
	 */
	private static boolean isKnown(ConfigurationPropertyName name) {
		for (JsonNode property : metadata().get("properties")) {
			ConfigurationPropertyName known = ConfigurationPropertyName.of(property.get("name").asString());
			String type = property.has("type") ? property.get("type").asString() : "";
			boolean several = type.startsWith("java.util.") && !type.equals("java.util.regex.Pattern");
			if (known.equals(name) || (several && known.isAncestorOf(name))) {
				return true;
			}
		}
		return false;
	}

	private static JsonNode metadata() {
		try {
			for (URL resource : Collections.list(
					SnippetTests.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
				String json = new String(resource.openStream().readAllBytes(), StandardCharsets.UTF_8);
				if (json.contains(NexsDbProperties.class.getName())) {
					return JsonMapper.shared().readTree(json);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		throw new IllegalStateException("No metadata of the starter");
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
