package io.nexs.postgres.starter.frameworks;

import java.sql.Connection;
import java.util.Map;

import javax.sql.DataSource;

import io.nexs.postgres.pool.NodePools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Hibernate told that connections come with autocommit switched off: the whole contract
 * holds when they do, and the application is refused when they do not.
 */
@ExtendWith(OutputCaptureExtension.class)
class JpaAutoCommitTests extends JpaTests {

	private static final String EXPECTED = "hibernate.connection.provider_disables_autocommit";

	private static final String PROPERTY = "spring.jpa.properties." + EXPECTED + "=true";

	@Override
	Framework framework() {
		return Framework.JPA_AUTOCOMMIT_OFF;
	}

	/**
	 * Without autocommit a connection without the read-only flag is in a read-write
	 * transaction.
	 */
	@Override
	String supports() {
		return "primary";
	}

	@Override
	String[] properties() {
		return new String[] { PROPERTY, "nexs.db.pool.hikari.auto-commit=false" };
	}

	@Test
	void handleWhenThePoolHasAutoCommitOffHasItOff() throws Exception {
		try (Connection connection = bean(DataSource.class).getConnection()) {
			assertThat(connection.getAutoCommit()).isFalse();
		}
		assertThat(bean(NodePools.class).all()).noneMatch((pool) -> pool.hikari().isAutoCommit());
	}

	@Test
	void applicationWhenAutoCommitIsOnIsRefused(CapturedOutput output) {
		Throwable thrown = catchThrowable(() -> run(JpaTests.Application.class, PROPERTY).close());
		assertThat(thrown).isNotNull();
		assertThat(output).contains(String.format("Description:%n%nThe configuration cannot be used:"
				+ " '%s' is true, but the connections of the data source are in autocommit mode: every statement would"
				+ " be a transaction of its own, and no roll-back would undo it.%n%nAction:%n%nRemove the property: the"
				+ " data source borrows no connection before the first statement, so there is nothing to save. Or set"
				+ " 'nexs.db.pool.hikari.auto-commit' to false.%n", EXPECTED));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void applicationWhenItsOwnFactoryHasTheSettingIsRefused(boolean background) {
		Throwable thrown = catchThrowable(() -> run(OwnFactory.class, "background=" + background).close());
		assertThat(thrown).rootCause().hasMessageStartingWith("'" + EXPECTED + "' is true");
	}

	@Configuration(proxyBeanMethods = false)
	@Jdbc
	static class OwnFactory {

		@Bean
		LocalContainerEntityManagerFactoryBean entityManagerFactory(DataSource dataSource,
				@Value("${background}") boolean background) {
			LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
			factory.setDataSource(dataSource);
			factory.setPackagesToScan(JpaItem.class.getPackageName());
			factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
			factory.setJpaPropertyMap(Map.of(EXPECTED, "true"));
			if (background) {
				factory.setBootstrapExecutor(new SimpleAsyncTaskExecutor());
			}
			return factory;
		}

	}

}
