package io.nexs.postgres.autoconfigure.hooks;

import java.util.List;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The structured formats of Boot with the key-values of the hooks.
 */
@UseEmbeddedCluster(replicas = 1)
@ExtendWith(OutputCaptureExtension.class)
class StructuredLogTests {

	@ParameterizedTest
	@CsvSource({ "ecs, /log/logger, /db/operation, /db/rows, /db/sql",
			"logstash, /logger_name, /db.operation, /db.rows, /db.sql",
			"gelf, /_log_logger, /_db.operation, /_db.rows, /_db.sql" })
	void lineWhenFormatIsStructuredHasTheKeyValues(String format, String logger, String operation, String rows,
			String sql, EmbeddedCluster cluster, CapturedOutput output) {
		try (HookedApplication application = HookedApplication.start(cluster, "nexs.db.logging.enabled=true",
				"nexs.db.audit.enabled=true", "logging.structured.format.console=" + format)) {
			MDC.put("correlationId", "r-1");
			application.jdbc().sql("insert into note (title) values ('x')").update();
			MDC.clear();
			List<JsonNode> lines = output.getOut()
				.lines()
				.filter((line) -> line.startsWith("{"))
				.map(JsonMapper.shared()::readTree)
				.toList();
			assertThat(lines).filteredOn((line) -> line.at(logger).asString("").equals("nexs.sql"))
				.singleElement()
				.satisfies((line) -> {
					assertThat(line.at(operation).asString()).isEqualTo("exec");
					assertThat(line.at(rows).asInt()).isEqualTo(1);
					assertThat(line.at(sql).asString()).isEqualTo("insert into note (title) values (?)");
				});
			assertThat(lines).filteredOn((line) -> line.at(logger).asString("").equals("nexs.audit")).hasSize(1);
		}
	}

}
