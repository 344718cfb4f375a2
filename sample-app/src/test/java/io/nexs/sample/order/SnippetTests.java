package io.nexs.sample.order;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import io.nexs.sample.Metadata;
import io.nexs.sample.Pages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

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

	private static final List<ConfigurationPropertyName> ROOTS = Stream.of("nexs.db", "management", "server", "spring")
		.map(ConfigurationPropertyName::of)
		.toList();

	private static final List<JsonNode> PROPERTIES = Metadata.properties();

	private static final SnippetCompiler compiler = new SnippetCompiler();

	static Stream<Snippet> java() {
		return snippets("java").filter((snippet) -> snippet.skipped() == null);
	}

	static Stream<Snippet> yaml() {
		return snippets("yaml");
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
		assertThat(Pages.all()
			.stream()
			.flatMap((page) -> Pages.read(page).lines())
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
	void snippetWhenAWholeFileIsCompiledAsItIs() {
		assertThat(compiler.errors(new Snippet("here", "", null, "package a.b;\n\npublic class Whole {\n}\n")))
			.isEmpty();
		assertThat(
				compiler.errors(new Snippet("here", "", null, "package a.b;\n\nclass Whole {\n\tList<String> l;\n}\n")))
			.isNotEmpty();
	}

	@Test
	void yamlWhenAKeyIsUnknownOrAValueWrongIsRefused() {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> bind("nexs.db.hooks.asynk: []"));
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> bind("management.endpoints.wep: 1"));
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind("nexs.db.hooks.queue-size: many"));
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind("nexs.db.pool.max-conns: many"));
	}

	/**
	 * Every key of ours and of Spring Boot is one of the metadata, and what is ours can
	 * be bound.
	 */
	private static void bind(String yaml) throws IOException, ClassNotFoundException {
		List<PropertySource<?>> sources = new YamlPropertySourceLoader().load("snippet",
				new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
		for (ConfigurationPropertySource source : ConfigurationPropertySources.from(sources)) {
			((IterableConfigurationPropertySource) source).stream()
				.filter((name) -> ROOTS.stream().anyMatch((root) -> root.isAncestorOf(name)))
				.filter((name) -> !isKnown(name))
				.forEach((name) -> {
					throw new IllegalArgumentException("Unknown key " + name);
				});
		}
		Binder binder = new Binder(ConfigurationPropertySources.from(sources), PlaceholdersResolver.NONE);
		for (JsonNode group : Metadata.groups()) {
			String type = group.path("type").asString("");
			if (group.get("name").asString().startsWith("nexs.db") && !group.has("sourceMethod") && !type.contains("$")
					&& type.equals(group.path("sourceType").asString(""))) {
				binder.bind(group.get("name").asString(), Bindable.of(Class.forName(type)));
			}
		}
	}

	/**
	 * Below a map or a list everything is.
	 */
	private static boolean isKnown(ConfigurationPropertyName name) {
		for (JsonNode property : PROPERTIES) {
			ConfigurationPropertyName known = ConfigurationPropertyName.of(property.get("name").asString());
			String type = property.path("type").asString("");
			boolean several = type.startsWith("java.util.") && !type.equals("java.util.regex.Pattern");
			if (known.equals(name) || (several && known.isAncestorOf(name))) {
				return true;
			}
		}
		return false;
	}

	private static Stream<Snippet> snippets(String language) {
		return Pages.all()
			.stream()
			.flatMap((page) -> Snippet.of(page.getFileName().toString(), Pages.read(page), language).stream());
	}

}
