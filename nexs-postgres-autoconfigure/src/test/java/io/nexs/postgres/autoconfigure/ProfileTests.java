package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code nexs.db.profile}. No server answers.
 */
@ExtendWith(OutputCaptureExtension.class)
class ProfileTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NexsDbAutoConfiguration.class))
		.withPropertyValues("nexs.db.dsn=postgres://127.0.0.1:1", "nexs.db.pool.drain-timeout=0s",
				"nexs.db.startup.mode=lazy");

	@Test
	void poolWhenNoProfileIsSetHasTheDefaults() {
		properties(this.runner, (properties) -> {
			assertThat(properties.profile()).isEqualTo(NexsDbProfile.DEFAULT);
			assertThat(properties.pool().maxConns()).isEqualTo(10);
			assertThat(properties.pool().minConns()).isEqualTo(2);
			assertThat(properties.retry().maxRetries()).isEqualTo(3);
		});
	}

	@Test
	void poolWhenHighPerformanceHasItsValues() {
		properties(this.runner.withPropertyValues("nexs.db.profile=high-performance"), (properties) -> {
			assertThat(properties.pool().maxConns()).isEqualTo(100);
			assertThat(properties.pool().minConns()).isEqualTo(20);
			assertThat(properties.pool().maxConnLifetime()).isEqualTo(Duration.ofHours(2));
			assertThat(properties.pool().maxConnIdleTime()).isEqualTo(Duration.ofMinutes(15));
			assertThat(properties.retry().maxRetries()).isEqualTo(3);
		});
	}

	@Test
	void poolAndRetryWhenProductionHaveItsValues() {
		properties(this.runner.withPropertyValues("nexs.db.profile=production"), (properties) -> {
			assertThat(properties.pool().maxConns()).isEqualTo(100);
			assertThat(properties.pool().minConns()).isEqualTo(25);
			assertThat(properties.pool().maxConnLifetime()).isEqualTo(Duration.ofHours(4));
			assertThat(properties.pool().maxConnIdleTime()).isEqualTo(Duration.ofMinutes(30));
			assertThat(properties.retry().maxRetries()).isEqualTo(5);
			assertThat(properties.retry().delay()).isEqualTo(Duration.ofMillis(50));
			assertThat(properties.retry().maxDelay()).isEqualTo(Duration.ofSeconds(10));
			assertThat(properties.retry().multiplier()).isEqualTo(1.5);
		});
	}

	@Test
	void valueWhenSetByTheUserWins() {
		properties(this.runner.withPropertyValues("nexs.db.profile=PRODUCTION", "nexs.db.pool.maxConns=50"),
				(properties) -> {
					assertThat(properties.pool().maxConns()).isEqualTo(50);
					assertThat(properties.pool().minConns()).isEqualTo(25);
				});
	}

	@Test
	void valueWhenSetByAVariableWins() {
		properties(withVariables(Map.of("NEXS_DB_PROFILE", "production", "NEXS_DB_POOL_MAXCONNS", "40",
				"NEXS_DB_RETRY_MAXRETRIES", "7")), (properties) -> {
					assertThat(properties.pool().maxConns()).isEqualTo(40);
					assertThat(properties.retry().maxRetries()).isEqualTo(7);
					assertThat(properties.retry().delay()).isEqualTo(Duration.ofMillis(50));
				});
	}

	@Test
	void valueWhenSetByAPropertySourceOfAConfigurationWins() {
		properties(this.runner.withUserConfiguration(OwnSource.class), (properties) -> {
			assertThat(properties.profile()).isEqualTo(NexsDbProfile.PRODUCTION);
			assertThat(properties.pool().maxConns()).isEqualTo(33);
			assertThat(properties.pool().minConns()).isEqualTo(25);
		});
	}

	@Test
	void valueWhenADefaultPropertyOfTheApplicationWins() {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(OwnApplication.class)
			.web(WebApplicationType.NONE)
			.properties("nexs.db.dsn=postgres://127.0.0.1:1", "nexs.db.pool.drain-timeout=0s",
					"nexs.db.startup.mode=lazy", "nexs.db.profile=production", "nexs.db.pool.max-conns=44")
			.run()) {
			NexsDbProperties properties = context.getBean(NexsDbProperties.class);
			assertThat(properties.pool().maxConns()).isEqualTo(44);
			assertThat(properties.pool().minConns()).isEqualTo(25);
		}
	}

	@Test
	void minimumWhenTheUsersMaximumIsLessIsThat() {
		properties(this.runner.withPropertyValues("nexs.db.profile=production", "nexs.db.pool.max-conns=8"),
				(properties) -> assertThat(properties.pool().minConns()).isEqualTo(8));
	}

	@Test
	void startWhenTheProfileIsUnknownFails() {
		this.runner.withPropertyValues("nexs.db.profile=fastest")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasStackTraceContaining("nexs.db.profile")
				.hasStackTraceContaining("fastest"));
	}

	@Test
	void actuatorWhenAProfileIsSetShowsTheValuesAndWhereTheyComeFrom(CapturedOutput output) {
		this.runner.withPropertyValues("nexs.db.profile=production", "nexs.db.pool.min-conns=3").run((context) -> {
			ConfigurationPropertiesReportEndpoint endpoint = new ConfigurationPropertiesReportEndpoint(List.of(),
					Show.ALWAYS);
			endpoint.setApplicationContext(context);
			String shown = endpoint.configurationProperties()
				.getContexts()
				.values()
				.stream()
				.flatMap((bean) -> bean.getBeans().values().stream())
				.map((bean) -> bean.getPrefix() + bean.getProperties() + bean.getInputs())
				.reduce("", String::concat);
			assertThat(shown).contains("maxConns=100", "minConns=3", "nexs.db.profile=production");
			assertThat(output).contains("Profile 'production' fills what is not set")
				.contains("100 connections per node");
		});
	}

	@ParameterizedTest
	@EnumSource(NexsDbProfile.class)
	void documentationWhenItListsValuesListsThoseOfTheCode(NexsDbProfile profile) throws IOException {
		Map<String, String> documented = new HashMap<>();
		Pattern row = Pattern.compile("\\| `(nexs\\.db\\.[a-z.-]+)` \\| (\\S+) \\| (\\S+) \\| (\\S+) \\|");
		for (String line : Files.readAllLines(Path.of("..", "docs", "configuring.md"))) {
			var match = row.matcher(line);
			if (match.matches()) {
				documented.put(match.group(1), match.group(2 + profile.ordinal()));
			}
		}
		assertThat(documented).hasSize(NexsDbProfile.PRODUCTION.settings().size());
		if (profile == NexsDbProfile.DEFAULT) {
			properties(
					this.runner.withPropertyValues(documented.entrySet()
						.stream()
						.map((entry) -> entry.getKey() + "=" + entry.getValue())
						.toArray(String[]::new)),
					(set) -> properties(this.runner, (unset) -> assertThat(set).isEqualTo(unset)));
			return;
		}
		assertThat(documented).containsAllEntriesOf(profile.settings());
		documented.keySet().removeAll(profile.settings().keySet());
		assertThat(documented.values()).allMatch("="::equals);
	}

	private ApplicationContextRunner withVariables(Map<String, Object> variables) {
		return this.runner.withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", variables)));
	}

	private static void properties(ApplicationContextRunner runner, Consumer<NexsDbProperties> check) {
		runner.run((context) -> {
			assertThat(context).hasNotFailed();
			check.accept(context.getBean(NexsDbProperties.class));
		});
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(NexsDbAutoConfiguration.class)
	static class OwnApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@PropertySource("classpath:profile-tests.properties")
	static class OwnSource {

	}

}
