package io.nexs.postgres.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

import javax.sql.DataSource;

import io.nexs.postgres.routing.RoutingDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;

/**
 * Refuses an entity manager factory that expects connections with autocommit switched off
 * over a data source that gives them with autocommit on: nothing would begin a
 * transaction, and no roll-back would undo a statement.
 */
final class AutoCommitCheck implements BeanPostProcessor {

	private static final String SETTING = "hibernate.connection.provider_disables_autocommit";

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		if (bean instanceof AbstractEntityManagerFactoryBean factory && expectsAutoCommitOff(factory)
				&& isAutoCommit(factory.getDataSource())) {
			throw new InvalidSettingException(SETTING,
					"is true, but the connections of the data source are in autocommit mode: every statement would be"
							+ " a transaction of its own, and no roll-back would undo it",
					"Remove the property: the data source borrows no connection before the first statement, so there"
							+ " is nothing to save. Or set 'nexs.db.pool.hikari.auto-commit' to false.");
		}
		return bean;
	}

	/**
	 * Asks the factory, which knows settings from every source. One that is built in the
	 * background is not waited for; its own properties have to do.
	 */
	private static boolean expectsAutoCommitOff(AbstractEntityManagerFactoryBean factory) {
		Map<String, Object> properties = (factory.getBootstrapExecutor() != null) ? factory.getJpaPropertyMap()
				: factory.getNativeEntityManagerFactory().getProperties();
		return Boolean.parseBoolean(String.valueOf(properties.get(SETTING)));
	}

	private static boolean isAutoCommit(@Nullable DataSource dataSource) {
		try {
			if (dataSource == null || !dataSource.isWrapperFor(RoutingDataSource.class)) {
				return false;
			}
			try (Connection handle = dataSource.unwrap(RoutingDataSource.class).getConnection()) {
				return handle.getAutoCommit();
			}
		}
		catch (SQLException ex) {
			return false;
		}
	}

}
