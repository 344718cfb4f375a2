package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.limits.TimeLimits;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The time limits of statements.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LimitsProperties.class)
class LimitsConfiguration {

	@Bean
	@ConditionalOnMissingBean
	TimeLimits nexsDbTimeLimits(LimitsProperties properties) {
		return new TimeLimits(properties.settings());
	}

}
