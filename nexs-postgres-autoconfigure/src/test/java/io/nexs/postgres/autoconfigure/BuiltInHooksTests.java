package io.nexs.postgres.autoconfigure;

import java.util.List;
import java.util.Set;

import io.nexs.postgres.audit.AuditHook;
import io.nexs.postgres.audit.AuditSettings;
import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookRegistration;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.logging.LoggingHook;
import io.nexs.postgres.logging.LoggingSettings;
import io.nexs.postgres.masking.MaskingSettings;
import io.nexs.postgres.masking.ParameterMasker;
import io.nexs.postgres.masking.SqlTexts;
import io.nexs.postgres.slowquery.SlowQueryHook;
import io.nexs.postgres.validation.ValidationHook;
import io.nexs.postgres.validation.ValidationSettings;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When the built-in hooks are there, and what gives way to whom. No server answers.
 */
@ExtendWith(OutputCaptureExtension.class)
class BuiltInHooksTests {

	private static final String[] ALL = { "nexs.db.logging.enabled=true", "nexs.db.slow-query.enabled=true",
			"nexs.db.audit.enabled=true", "nexs.db.validation.enabled=true" };

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NexsDbAutoConfiguration.class))
		.withPropertyValues("nexs.db.dsn=postgres://app:secret@127.0.0.1:1/orders", "nexs.db.startup.mode=lazy",
				"nexs.db.pool.drain-timeout=0s");

	@Test
	void hooksWhenNothingIsSetAreNotThere() {
		this.runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DatabaseHook.class));
	}

	@Test
	void hooksWhenSwitchedOnAreCalledInTheirOrder() {
		this.runner.withPropertyValues(ALL)
			.run((context) -> assertThat(context.getBean(HookRegistry.class).hooks()).extracting(HookRegistration::name)
				.containsExactly("logging", "slow-query", "validation", "audit"));
	}

	@Test
	void hooksWhenTheUserHasThemAreTheUsers() {
		this.runner.withPropertyValues(ALL)
			.withUserConfiguration(UserHooks.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(LoggingHook.class)
				.hasSingleBean(AuditHook.class)
				.hasSingleBean(ValidationHook.class)
				.hasSingleBean(SlowQueryHook.class)
				.hasBean("userLoggingHook")
				.hasBean("userAuditHook")
				.hasBean("userValidationHook"));
	}

	@Test
	void pointsOfLoggingAreThoseThatAreSetAndErrors() {
		this.runner.withPropertyValues("nexs.db.logging.enabled=true", "nexs.db.logging.points=acquire,connection-open")
			.run((context) -> assertThat(context.getBean(LoggingHook.class).points())
				.isEqualTo(Set.of(HookPoint.ACQUIRE, HookPoint.CONNECTION_OPEN, HookPoint.ERROR)));
	}

	@Test
	void validationWithoutItsParserDoesNotStartAndSaysWhatToAdd() {
		this.runner.withPropertyValues("nexs.db.validation.enabled=true")
			.withClassLoader(new FilteredClassLoader(CCJSqlParserUtil.class))
			.run((context) -> {
				assertThat(context).hasFailed();
				FailureAnalysis analysis = new MissingSqlParserFailureAnalyzer().analyze(context.getStartupFailure());
				assertThat(analysis).isNotNull();
				assertThat(analysis.getDescription())
					.isEqualTo("'nexs.db.validation.enabled' is set, and the parser that"
							+ " judges statements is not on the class path.");
				assertThat(analysis.getAction()).isEqualTo("Add the dependency com.github.jsqlparser:jsqlparser, or"
						+ " remove 'nexs.db.validation.enabled'.");
			});
	}

	@Test
	void otherHooksWithoutTheParserStart() {
		this.runner.withPropertyValues("nexs.db.logging.enabled=true", "nexs.db.audit.enabled=true")
			.withClassLoader(new FilteredClassLoader(CCJSqlParserUtil.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ValidationHook.class));
	}

	@ParameterizedTest
	@CsvSource({ "nexs.db.logging.sampling=1.5, nexs.db.logging.sampling",
			"nexs.db.slow-query.threshold=-1s, nexs.db.slow-query.threshold",
			"nexs.db.slow-query.explain-per-minute=0, nexs.db.slow-query.explain-per-minute",
			"nexs.db.slow-query.explain-timeout=0s, nexs.db.slow-query.explain-timeout",
			"nexs.db.audit.points=commit, nexs.db.audit.points",
			"nexs.db.audit.table.name=Bad Name, nexs.db.audit.table.name",
			"nexs.db.validation.repeats=-1, nexs.db.validation.repeats",
			"nexs.db.validation.timeout=0s, nexs.db.validation.timeout",
			"nexs.db.masking.add-patterns=(, nexs.db.masking.add-patterns[0]",
			"nexs.db.hooks.async=audit, nexs.db.hooks.async", "nexs.db.hooks.async=validation, nexs.db.hooks.async" })
	void settingWhenUnusableIsNamed(String property, String key) {
		this.runner.withPropertyValues(ALL)
			.withPropertyValues(property)
			.run((context) -> assertThat(context.getStartupFailure()).hasStackTraceContaining("InvalidSettingException")
				.hasStackTraceContaining("'" + key + "'"));
	}

	@Test
	void masksWhenAddedStandBesideTheDefaults() {
		this.runner.withPropertyValues("nexs.db.masking.add-names=nickname", "nexs.db.masking.types=uuid")
			.run((context) -> {
				MaskingSettings settings = context.getBean(MaskingProperties.class).settings();
				assertThat(settings.names()).contains("nickname", "password");
				assertThat(settings.types()).containsExactly("uuid");
				assertThat(settings.patterns()).hasSameSizeAs(MaskingSettings.DEFAULT_PATTERNS);
			});
	}

	/**
	 * Hooks of the user.
	 */
	@Configuration(proxyBeanMethods = false)
	static class UserHooks {

		private static final ParameterMasker MASKER = new ParameterMasker(MaskingSettings.defaults());

		@Bean
		LoggingHook userLoggingHook() {
			return new LoggingHook(LoggingSettings.defaults(), new SqlTexts(), MASKER);
		}

		@Bean
		AuditHook userAuditHook() {
			return new AuditHook(AuditSettings.defaults(), new SqlTexts(), MASKER, () -> "somebody", List.of());
		}

		@Bean
		ValidationHook userValidationHook() {
			return new ValidationHook(ValidationSettings.defaults(), new SqlTexts());
		}

	}

}
