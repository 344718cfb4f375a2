package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.logging.LoggingHook;
import io.nexs.postgres.masking.ParameterMasker;
import io.nexs.postgres.masking.SqlTexts;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The hook that logs.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("nexs.db.logging.enabled")
@EnableConfigurationProperties(LoggingProperties.class)
class LoggingConfiguration {

	@Bean
	@ConditionalOnMissingBean
	LoggingHook nexsDbLoggingHook(LoggingProperties properties, SqlTexts texts, ParameterMasker masker) {
		return new LoggingHook(properties.settings(), texts, masker);
	}

}
