package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code docs/configuration.md} says what the metadata says. With
 * {@code -Dconfiguration.write=true} it is written.
 */
class ConfigurationPageTests {

	private static final Path PAGE = Path.of("..", "docs", "configuration.md");

	@Test
	void pageWhenComparedWithTheMetadataIsTheSame() throws IOException {
		String tables = ConfigurationPage.tables(ConfigurationPage.metadata(), pages());
		String page = Files.readString(PAGE);
		int start = page.indexOf(ConfigurationPage.MARK) + ConfigurationPage.MARK.length();
		assertThat(page).contains(ConfigurationPage.MARK);
		if (Boolean.getBoolean("configuration.write")) {
			Files.writeString(PAGE, page.substring(0, start) + "\n" + tables);
			return;
		}
		assertThat(page.substring(start + 1)).as("write it by the command the page names").isEqualTo(tables);
	}

	@Test
	void tableOfReplicasWhenComparedWithTheRecordIsTheSame() throws IOException {
		Stream<String> documented = Pattern.compile("(?m)^\\| `nexs\\.db\\.replicas\\[\\]\\.([a-z-]+)`")
			.matcher(Files.readString(PAGE))
			.results()
			.map((MatchResult match) -> match.group(1));
		assertThat(documented).containsExactly(Stream.of(NexsDbProperties.Replica.class.getRecordComponents())
			.map(RecordComponent::getName)
			.toArray(String[]::new));
	}

	@Test
	void tablesWhenAValueHasAnyTypeSayItInWords() {
		JsonNode metadata = JsonMapper.shared().readTree("""
				{"properties": [
				{"name": "nexs.db.pool.hikari", "type": "java.util.Map<java.lang.String,java.lang.String>",
				"description": "Names."},
				{"name": "nexs.db.pool.bounds", "type": "java.util.List<java.time.Duration>", "description": "a|b.",
				"defaultValue": ["1ms", "2ms"]},
				{"name": "nexs.db.pool.on-failure", "description": "Two\\n lines.", "defaultValue": "warn",
				"type": "io.nexs.postgres.autoconfigure.NexsDbProperties$OnFailure"},
				{"name": "nexs.db.audit.x", "type": "java.lang.Double", "description": "Share."},
				{"name": "management.key", "type": "java.lang.Integer", "description": "Number.", "defaultValue": 2}]}
				""");
		assertThat(ConfigurationPage.tables(metadata,
				new TreeMap<>(Map.of("pool", "", "hooks", "\n| `nexs.db.audit.x` |"))))
			.isEqualTo("""
					## nexs.db.audit

					See [hooks](hooks.md).

					| key | type | default | |
					|---|---|---|---|
					| `nexs.db.audit.x` | number |  | Share. |

					## nexs.db.pool

					See [pool](pool.md).

					| key | type | default | |
					|---|---|---|---|
					| `nexs.db.pool.bounds` | list of duration | `1ms`, `2ms` | a\\|b. |
					| `nexs.db.pool.hikari` | map to string |  | Names. |
					| `nexs.db.pool.on-failure` | `warn`, `fail` | `warn` | Two lines. |

					## management

					| key | type | default | |
					|---|---|---|---|
					| `management.key` | integer | `2` | Number. |
					""");
	}

	private static SortedMap<String, String> pages() throws IOException {
		SortedMap<String, String> pages = new TreeMap<>();
		try (Stream<Path> files = Files.list(PAGE.getParent())) {
			for (Path file : files.filter((each) -> each.toString().endsWith(".md")).toList()) {
				pages.put(file.getFileName().toString().replace(".md", ""), Files.readString(file));
			}
		}
		pages.remove("configuration");
		return pages;
	}

}
