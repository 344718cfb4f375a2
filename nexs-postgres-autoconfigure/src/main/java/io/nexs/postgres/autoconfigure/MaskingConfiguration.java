package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.masking.ParameterMasker;
import io.nexs.postgres.masking.SqlTexts;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What may be told of an operation, for all hooks that tell.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MaskingProperties.class)
class MaskingConfiguration {

	@Bean
	@ConditionalOnMissingBean
	SqlTexts nexsDbSqlTexts() {
		return new SqlTexts();
	}

	@Bean
	@ConditionalOnMissingBean
	ParameterMasker nexsDbParameterMasker(MaskingProperties properties) {
		return new ParameterMasker(properties.settings());
	}

}
