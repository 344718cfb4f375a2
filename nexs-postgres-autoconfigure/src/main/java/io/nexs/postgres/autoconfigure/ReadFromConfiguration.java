package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.routing.ReadFrom;
import io.nexs.postgres.routing.ReadFromInterceptor;

import org.springframework.aop.Pointcut;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Makes {@link ReadFrom} work on classes, on methods and on interfaces of repositories.
 */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
@Import(ReadFromConfiguration.AutoProxyRegistrar.class)
final class ReadFromConfiguration {

	/**
	 * Outside the transaction, inside retries that have no order of their own.
	 */
	static final int ORDER = Ordered.LOWEST_PRECEDENCE - 100;

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean
	static ReadFromInterceptor nexsDbReadFromInterceptor() {
		return new ReadFromInterceptor();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean(name = "nexsDbReadFromAdvisor")
	static DefaultPointcutAdvisor nexsDbReadFromAdvisor(ReadFromInterceptor interceptor) {
		ComposablePointcut pointcut = new ComposablePointcut(
				(Pointcut) new AnnotationMatchingPointcut(ReadFrom.class, true));
		pointcut.union((Pointcut) new AnnotationMatchingPointcut(null, ReadFrom.class, true));
		DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(pointcut, interceptor);
		advisor.setOrder(ORDER);
		return advisor;
	}

	/**
	 * Sees to it that there is a creator of proxies; one that is there is kept.
	 */
	static final class AutoProxyRegistrar implements ImportBeanDefinitionRegistrar {

		@Override
		public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
			AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
		}

	}

}
