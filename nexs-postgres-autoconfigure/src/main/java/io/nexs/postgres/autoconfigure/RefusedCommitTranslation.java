package io.nexs.postgres.autoconfigure;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;
import org.springframework.orm.jpa.JpaDialect;
import org.springframework.orm.jpa.JpaVendorAdapter;

/**
 * Lets the caller of a transaction of JPA see that a hook refused its COMMIT, as with
 * JDBC. A dialect that the application has set is left alone.
 */
final class RefusedCommitTranslation implements BeanPostProcessor {

	@Override
	public Object postProcessBeforeInitialization(Object bean, String name) {
		if (bean instanceof AbstractEntityManagerFactoryBean factory && factory.getJpaDialect() == null) {
			JpaVendorAdapter adapter = factory.getJpaVendorAdapter();
			JpaDialect dialect = (adapter != null) ? adapter.getJpaDialect() : null;
			if (dialect != null) {
				factory.setJpaDialect(new RefusedCommitDialect(dialect));
			}
		}
		return bean;
	}

}
