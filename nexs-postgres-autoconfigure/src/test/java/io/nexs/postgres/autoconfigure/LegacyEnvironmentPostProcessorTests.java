package io.nexs.postgres.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link LegacyEnvironmentPostProcessor}, in applications that find it in
 * {@code spring.factories}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LegacyEnvironmentPostProcessorTests {

	@TempDir
	private Path folder;

	private final Map<String, Object> variables = new LinkedHashMap<>();

	private final Map<String, Object> systemProperties = new LinkedHashMap<>();

	private String configuration = "";

	@Test
	void propertiesWhenVariablesAreSetHaveTheirValues() {
		this.variables.put("NEXS_DB_DSN", "postgres://h1");
		this.variables.put("NEXS_DB_REPLICA_DSN", "postgres://h2");
		this.variables.put("NEXS_DB_MAX_CONNS", "50");
		this.variables.put("NEXS_DB_MIN_CONNS", "5");
		this.variables.put("NEXS_DB_MAX_CONN_LIFETIME", "31m");
		this.variables.put("NEXS_DB_MAX_CONN_IDLE_TIME", "11m");
		NexsDbProperties properties = run();
		assertThat(properties.dsn()).isEqualTo("postgres://h1");
		assertThat(properties.replicaDsn()).isEqualTo("postgres://h2");
		assertThat(properties.pool().maxConns()).isEqualTo(50);
		assertThat(properties.pool().minConns()).isEqualTo(5);
		assertThat(properties.pool().maxConnLifetime()).isEqualTo(Duration.ofMinutes(31));
		assertThat(properties.pool().maxConnIdleTime()).isEqualTo(Duration.ofMinutes(11));
	}

	@Test
	void propertiesWhenConfigurationFileSaysOtherwiseFollowTheVariable() {
		this.variables.put("NEXS_DB_MAX_CONNS", "50");
		this.variables.put("NEXS_DB_DSN", "postgres://variable");
		this.configuration = "nexs.db.pool.max-conns=7\nnexs.db.dsn=postgres://file\n";
		NexsDbProperties properties = run();
		assertThat(properties.pool().maxConns()).isEqualTo(50);
		assertThat(properties.dsn()).isEqualTo("postgres://variable");
	}

	@Test
	void propertiesWhenCommandLineSaysOtherwiseFollowTheCommandLine() {
		this.variables.put("NEXS_DB_MAX_CONNS", "50");
		assertThat(run("--nexs.db.pool.max-conns=8").pool().maxConns()).isEqualTo(8);
	}

	@Test
	void propertiesWhenSystemPropertySaysOtherwiseFollowTheSystemProperty() {
		this.variables.put("NEXS_DB_MAX_CONNS", "50");
		this.systemProperties.put("nexs.db.pool.max-conns", "9");
		assertThat(run().pool().maxConns()).isEqualTo(9);
	}

	@Test
	void propertiesWhenVariableOfTheFullNameIsSetTooFollowThat() {
		this.variables.put("NEXS_DB_MAX_CONNS", "50");
		this.variables.put("NEXS_DB_POOL_MAXCONNS", "12");
		assertThat(run().pool().maxConns()).isEqualTo(12);
	}

	@Test
	void propertiesWhenVariableIsBlankFollowTheFile() {
		this.variables.put("NEXS_DB_MAX_CONNS", "");
		this.configuration = "nexs.db.pool.max-conns=7\n";
		assertThat(run().pool().maxConns()).isEqualTo(7);
	}

	@Test
	void propertiesWhenNoVariableIsSetHaveDefaults() {
		assertThat(run().pool().maxConns()).isEqualTo(10);
	}

	@Test
	void failureWhenVariableIsNotUsableNamesTheVariable(CapturedOutput output) {
		this.variables.put("NEXS_DB_MAX_CONNS", "many");
		assertThat(catchThrowable(this::run)).isNotNull();
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("nexs.db.pool.max-conns")
			.contains("NEXS_DB_MAX_CONNS");
	}

	private NexsDbProperties run(String... arguments) {
		ConfiguredApplication application = new ConfiguredApplication(PropertiesConfiguration.class, this.variables,
				this.systemProperties, this.folder, this.configuration);
		try (ConfigurableApplicationContext context = application.run(arguments)) {
			return context.getBean(NexsDbProperties.class);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(NexsDbProperties.class)
	static class PropertiesConfiguration {

	}

}
