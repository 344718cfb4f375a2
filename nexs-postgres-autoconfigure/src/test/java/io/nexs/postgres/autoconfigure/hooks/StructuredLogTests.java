package io.nexs.postgres.autoconfigure.hooks;

import java.util.List;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The structured formats of Boot with the key-values of the hooks.
 */
@UseEmbeddedCluster(replicas = 1)
@ExtendWith(OutputCaptureExtension.class)
class StructuredLogTests {

	/**
	 * The format is kept in a property of the JVM, where other applications find it.
	 */
	@AfterEach
	void logPlainlyAgain() {
		System.clearProperty(LoggingSystemProperty.CONSOLE_STRUCTURED_FORMAT.getEnvironmentVariableName());
		LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
		logging.beforeInitialize();
		logging.initialize(new LoggingInitializationContext(new StandardEnvironment()), null, null);
		logging.cleanUp();
	}

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
