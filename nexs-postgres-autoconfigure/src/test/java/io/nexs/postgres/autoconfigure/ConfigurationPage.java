package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tables of {@code docs/configuration.md}: every key of the metadata with type,
 * default and description, a section for each prefix.
 */
final class ConfigurationPage {

	/**
	 * Everything from this line on is written by {@link #tables}.
	 */
	static final String MARK = "<!-- from here on written from the metadata -->\n";

	private ConfigurationPage() {
	}

	static JsonNode metadata() throws IOException {
		String resource = "/META-INF/spring-configuration-metadata.json";
		try (InputStream in = NexsDbProperties.class.getResourceAsStream(resource)) {
			return JsonMapper.shared().readTree(Objects.requireNonNull(in, "metadata of the annotation processor"));
		}
	}

	/**
	 * What the metadata says.
	 * @param metadata content of the metadata
	 * @param pages texts of the pages that explain keys, by name; that of a prefix has
	 * its last part as its name, or a table of its keys, or is that of a prefix above it
	 */
	static String tables(JsonNode metadata, SortedMap<String, String> pages) {
		Map<String, List<JsonNode>> sections = new TreeMap<>(
				Comparator.comparing((String prefix) -> !prefix.startsWith("nexs")).thenComparing((prefix) -> prefix));
		for (JsonNode property : metadata.get("properties")) {
			sections.computeIfAbsent(parent(property.get("name").asString()), (prefix) -> new ArrayList<>())
				.add(property);
		}
		return sections.entrySet()
			.stream()
			.map((section) -> section(section.getKey(), page(section.getKey(), pages), section.getValue()))
			.collect(Collectors.joining("\n"));
	}

	private static String parent(String name) {
		return name.substring(0, Math.max(0, name.lastIndexOf('.')));
	}

	private static String page(String prefix, SortedMap<String, String> pages) {
		return Stream.iterate(prefix, (each) -> !each.isEmpty(), ConfigurationPage::parent)
			.flatMap((each) -> Stream.concat(
					Stream.of(each.substring(each.lastIndexOf('.') + 1)).filter(pages::containsKey),
					withTable(each, pages)))
			.findFirst()
			.map("See [%1$s](%1$s.md).\n\n"::formatted)
			.orElse("");
	}

	private static Stream<String> withTable(String prefix, SortedMap<String, String> pages) {
		return prefix.startsWith("nexs.db.") ? pages.entrySet()
			.stream()
			.filter((page) -> page.getValue().contains("\n| `" + prefix + "."))
			.map(Map.Entry::getKey) : Stream.empty();
	}

	private static String section(String prefix, String intro, List<JsonNode> properties) {
		String rows = properties.stream()
			.sorted(Comparator.comparing((property) -> property.get("name").asString()))
			.map(ConfigurationPage::row)
			.collect(Collectors.joining());
		return "## " + prefix + "\n\n" + intro + "| key | type | default | |\n|---|---|---|---|\n" + rows;
	}

	private static String row(JsonNode property) {
		return "| `%s` | %s | %s | %s |\n".formatted(property.get("name").asString(),
				type(property.get("type").asString()), defaultValue(property),
				property.get("description").asString().replaceAll("\\s+", " ").replace("|", "\\|"));
	}

	private static String defaultValue(JsonNode property) {
		JsonNode value = property.get("defaultValue");
		if (value == null || value.isNull() || value.isArray() && value.isEmpty()) {
			return "";
		}
		Stream<JsonNode> values = value.isArray() ? value.valueStream() : Stream.of(value);
		return values.map((each) -> "`" + each.asString() + "`").collect(Collectors.joining(", "));
	}

	/**
	 * A type as one would say it: the constants of an enum, the elements of a collection.
	 */
	private static String type(String name) {
		int arguments = name.indexOf('<');
		String raw = (arguments < 0) ? name : name.substring(0, arguments);
		String argument = (arguments < 0) ? "" : name.substring(arguments + 1, name.length() - 1);
		return switch (raw) {
			case "java.lang.Boolean" -> "boolean";
			case "java.lang.Integer", "java.lang.Long" -> "integer";
			case "java.lang.Double" -> "number";
			case "java.lang.String" -> "string";
			case "java.time.Duration" -> "duration";
			case "org.springframework.util.unit.DataSize" -> "size";
			case "java.util.List", "java.util.Set" -> "list of " + type(argument);
			case "java.util.Map" -> "map to " + type(argument.substring(argument.indexOf(',') + 1));
			default -> constantsOrName(raw);
		};
	}

	private static String constantsOrName(String name) {
		try {
			Class<?> type = Class.forName(name);
			if (!type.isEnum()) {
				return type.getSimpleName().toLowerCase();
			}
			return Stream.of(type.getEnumConstants())
				.map((constant) -> "`" + ((Enum<?>) constant).name().toLowerCase().replace('_', '-') + "`")
				.collect(Collectors.joining(", "));
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException("A type of the metadata is not on the class path: " + name, ex);
		}
	}

}
