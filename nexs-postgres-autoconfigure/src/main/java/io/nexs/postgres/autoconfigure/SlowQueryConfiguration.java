package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.masking.ParameterMasker;
import io.nexs.postgres.masking.SqlTexts;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.slowquery.SlowQueryHook;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The hook for slow statements.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("nexs.db.slow-query.enabled")
@EnableConfigurationProperties(SlowQueryProperties.class)
class SlowQueryConfiguration {

	@Bean
	@ConditionalOnMissingBean
	SlowQueryHook nexsDbSlowQueryHook(SlowQueryProperties properties, SqlTexts texts, ParameterMasker masker,
			NodePools pools, ApplicationEventPublisher events) {
		return new SlowQueryHook(properties.settings(), texts, masker, pools, events::publishEvent);
	}

}
