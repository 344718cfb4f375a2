package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.hook.HookCallerSource;
import io.nexs.postgres.hook.HookRegistry;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The hooks. The data source needs the registry and hooks may need the data source, so
 * they are added when all beans are made.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HooksProperties.class)
class HookConfiguration {

	@Bean
	@ConditionalOnMissingBean
	HookRegistry nexsDbHookRegistry(HooksProperties properties, ObjectProvider<HookCallerSource> callers) {
		return new HookRegistry(properties.settings(), callers.getIfAvailable(() -> HookCallerSource.NONE));
	}

	@Bean
	HookRegistrar nexsDbHookRegistrar(ListableBeanFactory beans, HookRegistry registry, HooksProperties properties) {
		return new HookRegistrar(beans, registry, properties);
	}

}
