package io.nexs.postgres.autoconfigure;

import java.lang.reflect.Method;

import io.nexs.postgres.retry.RetryManager;
import io.nexs.postgres.retry.RetrySettings;
import io.nexs.postgres.retry.RetryTransaction;
import io.nexs.postgres.retry.RetryTransactionInterceptor;

import org.springframework.aop.Pointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.retry.RetryListener;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionAttributeSource;

/**
 * Makes {@link RetryTransaction} work, and {@code nexs.db.retry.all-transactions}.
 */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
final class RetryConfiguration {

	/**
	 * Outside the transaction and outside {@code @ReadFrom}.
	 */
	static final int ORDER = Ordered.LOWEST_PRECEDENCE - 200;

	@Bean
	@ConditionalOnMissingBean
	RetryManager nexsDbRetryManager(NexsDbProperties properties, ObjectProvider<RetryListener> listeners) {
		return new RetryManager(EngineSettings.retry(properties.retry()), listeners.orderedStream().toList());
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean
	static RetryTransactionInterceptor nexsDbRetryInterceptor(ObjectProvider<RetryManager> manager) {
		return new RetryTransactionInterceptor(manager::getObject);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean(name = "nexsDbRetryAdvisor")
	static DefaultPointcutAdvisor nexsDbRetryAdvisor(RetryTransactionInterceptor interceptor) {
		return advisor(new Annotated(), interceptor);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnBooleanProperty("nexs.db.retry.all-transactions")
	@ConditionalOnMissingBean(name = "nexsDbRetryAllAdvisor")
	static DefaultPointcutAdvisor nexsDbRetryAllAdvisor(RetryTransactionInterceptor interceptor) {
		return advisor(new Transactional(), interceptor);
	}

	private static DefaultPointcutAdvisor advisor(Pointcut pointcut, RetryTransactionInterceptor interceptor) {
		DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(pointcut, interceptor);
		advisor.setOrder(ORDER);
		return advisor;
	}

	/**
	 * Methods with the annotation. Its attributes are checked here, when the bean is made
	 * and not when it fails.
	 */
	private static final class Annotated extends StaticMethodMatcherPointcut {

		@Override
		public boolean matches(Method method, Class<?> targetClass) {
			RetryTransaction annotation = RetryTransactionInterceptor.find(method, targetClass);
			if (annotation == null) {
				return false;
			}
			try {
				RetryTransactionInterceptor.settings(annotation, RetrySettings.defaults());
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalStateException("@RetryTransaction of " + method + ": " + ex.getMessage(), ex);
			}
			return true;
		}

	}

	/**
	 * Methods that are transactional by annotation and do not have ours, which is in
	 * force already.
	 */
	private static final class Transactional extends StaticMethodMatcherPointcut {

		private final TransactionAttributeSource transactions = new AnnotationTransactionAttributeSource(false);

		@Override
		public boolean matches(Method method, Class<?> targetClass) {
			return this.transactions.hasTransactionAttribute(method, targetClass)
					&& RetryTransactionInterceptor.find(method, targetClass) == null;
		}

	}

}
