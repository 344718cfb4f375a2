package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.cluster.ClusterMonitor;
import jakarta.persistence.EntityManagerFactory;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;

/**
 * Auto-configuration of what JPA needs: a check of settings that do not fit together, and
 * the refusals of hooks as what they are.
 */
@AutoConfiguration(after = NexsDbAutoConfiguration.class)
@ConditionalOnClass({ AbstractEntityManagerFactoryBean.class, EntityManagerFactory.class })
@ConditionalOnBean(ClusterMonitor.class)
@Import(NexsDbJpaAutoConfiguration.CheckConfiguration.class)
public final class NexsDbJpaAutoConfiguration {

	/**
	 * What looks at the entity manager factory.
	 */
	@Configuration(proxyBeanMethods = false)
	static final class CheckConfiguration {

		@Bean
		static AutoCommitCheck nexsDbAutoCommitCheck() {
			return new AutoCommitCheck();
		}

		@Bean
		static RefusedCommitTranslation nexsDbRefusedCommitTranslation() {
			return new RefusedCommitTranslation();
		}

	}

}
