package io.nexs.postgres.autoconfigure;

import jakarta.persistence.EntityManagerFactory;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;

/**
 * Auto-configuration of what JPA needs: a check of settings that do not fit together.
 */
@AutoConfiguration(after = NexsDbAutoConfiguration.class)
@ConditionalOnClass({ AbstractEntityManagerFactoryBean.class, EntityManagerFactory.class })
public final class NexsDbJpaAutoConfiguration {

	@Bean
	static AutoCommitCheck nexsDbAutoCommitCheck() {
		return new AutoCommitCheck();
	}

}
