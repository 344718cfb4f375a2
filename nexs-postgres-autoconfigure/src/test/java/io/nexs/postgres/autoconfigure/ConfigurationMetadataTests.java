package io.nexs.postgres.autoconfigure;

import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the metadata generated from {@link NexsDbProperties}.
 */
class ConfigurationMetadataTests {

	private static final Map<String, JsonNode> PROPERTIES = new TreeMap<>();

	@BeforeAll
	static void readMetadata() throws Exception {
		String resource = "/META-INF/spring-configuration-metadata.json";
		try (InputStream in = NexsDbProperties.class.getResourceAsStream(resource)) {
			assertThat(in).as("metadata written by the annotation processor").isNotNull();
			for (JsonNode property : JsonMapper.shared().readTree(in).get("properties")) {
				PROPERTIES.put(property.get("name").asString(), property);
			}
		}
	}

	@Test
	void metadataHasEveryProperty() {
		List<String> names = new ArrayList<>();
		collect(NexsDbProperties.class, "nexs.db.", names);
		assertThat(names).contains("nexs.db.dsn", "nexs.db.pool.warm-up.on-failure").hasSizeGreaterThan(40);
		assertThat(PROPERTIES.keySet()).containsAll(names);
	}

	@Test
	void descriptionsKeepTheStyle() {
		Pattern style = Pattern.compile("(?!(The|A|An) )[A-Z].*\\.", Pattern.DOTALL);
		assertThat(nexsProperties()).isNotEmpty().allSatisfy((property) -> {
			String name = property.get("name").asString();
			assertThat(property.hasNonNull("description")).as(name).isTrue();
			assertThat(property.get("description").asString()).as(name).matches(style);
			if (property.get("type").asString().endsWith("Boolean")) {
				assertThat(property.get("description").asString()).as(name).startsWith("Whether ");
			}
		});
	}

	@Test
	void descriptionOfReplicasNamesEachKeyOfAnElement() {
		String description = PROPERTIES.get("nexs.db.replicas").get("description").asString();
		assertThat(Stream.of(NexsDbProperties.Replica.class.getRecordComponents()).map(RecordComponent::getName))
			.allSatisfy((name) -> assertThat(description).containsPattern("\\b" + name + "\\b"));
	}

	@Test
	void metadataHasDefaults() {
		assertThat(PROPERTIES.get("nexs.db.pool.max-conns").get("defaultValue").asInt()).isEqualTo(10);
		assertThat(PROPERTIES.get("nexs.db.pool.min-conns").get("defaultValue").asInt()).isEqualTo(2);
		assertThat(PROPERTIES.get("nexs.db.pool.min-conns").hasNonNull("description")).isTrue();
		assertThat(PROPERTIES.get("nexs.db.read.preference").get("defaultValue").asString())
			.isEqualTo("secondary-preferred");
	}

	private static List<JsonNode> nexsProperties() {
		return PROPERTIES.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().startsWith("nexs.db."))
			.map(Map.Entry::getValue)
			.toList();
	}

	private static void collect(Class<?> type, String prefix, List<String> names) {
		for (RecordComponent component : type.getRecordComponents()) {
			String name = prefix + DataObjectPropertyName.toDashedForm(component.getName());
			boolean plain = component.getGenericType() instanceof ParameterizedType || !component.getType().isRecord();
			if (plain) {
				names.add(name);
			}
			else {
				collect(component.getType(), name + ".", names);
			}
		}
	}

}
