package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.masking.SqlTexts;
import io.nexs.postgres.validation.ValidationHook;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The hook that validates. Without its parser the application does not start, so that
 * nobody takes statements for validated.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("nexs.db.validation.enabled")
@EnableConfigurationProperties(ValidationProperties.class)
class ValidationConfiguration {

	/**
	 * With the parser.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(CCJSqlParserUtil.class)
	static class ParserConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ValidationHook nexsDbValidationHook(ValidationProperties properties, HooksProperties hooks, SqlTexts texts) {
			hooks.checkNotAsync(ValidationHook.NAME);
			return new ValidationHook(properties.settings(), texts);
		}

	}

	/**
	 * Without the parser.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("net.sf.jsqlparser.parser.CCJSqlParserUtil")
	static class NoParserConfiguration {

		@Bean
		InitializingBean nexsDbMissingSqlParser() {
			return () -> {
				throw new MissingSqlParserException();
			};
		}

	}

}
