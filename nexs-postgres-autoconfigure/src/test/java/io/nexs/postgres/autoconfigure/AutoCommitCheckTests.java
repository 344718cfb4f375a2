package io.nexs.postgres.autoconfigure;

import java.util.Map;

import javax.sql.DataSource;

import io.nexs.postgres.autoconfigure.jpa.Item;
import io.nexs.postgres.routing.RoutingDataSource;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AutoCommitCheck} with entity manager factories that ask no server.
 */
class AutoCommitCheckTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NexsDbAutoConfiguration.class, NexsDbJpaAutoConfiguration.class))
		.withPropertyValues("nexs.db.dsn=postgres://app@127.0.0.1:1/orders", "nexs.db.startup.mode=lazy",
				"nexs.db.monitor.timeout=250ms", "nexs.db.pool.drain-timeout=0s", "nexs.db.pool.min-conns=0",
				"nexs.db.pool.warm-up.connections=0");

	private static LocalContainerEntityManagerFactoryBean factory(DataSource dataSource, String setting) {
		LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
		factory.setDataSource(dataSource);
		factory.setPackagesToScan(Item.class.getPackageName());
		factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
		factory
			.setJpaPropertyMap(Map.of("hibernate.connection.provider_disables_autocommit", setting, "hibernate.dialect",
					"org.hibernate.dialect.PostgreSQLDialect", "hibernate.boot.allow_jdbc_metadata_access", "false"));
		return factory;
	}

	@Test
	void factoryWhenItsSettingContradictsTheDataSourceIsRefused() {
		this.runner.withUserConfiguration(OfOurs.class)
			.withPropertyValues("setting=true")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessageContaining("provider_disables_autocommit"));
	}

	@Test
	void factoryWhenItsDataSourceIsWrappedIsRefusedToo() {
		this.runner.withUserConfiguration(OfWrapped.class)
			.run((context) -> assertThat(context).getFailure().rootCause().isInstanceOf(InvalidSettingException.class));
	}

	@Test
	void factoryWhenItsSettingIsOffIsAccepted() {
		this.runner.withUserConfiguration(OfOurs.class)
			.withPropertyValues("setting=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void factoryWhenAutoCommitIsOffIsAcceptedInEitherSpelling() {
		for (String name : new String[] { "auto-commit", "autoCommit" }) {
			this.runner.withUserConfiguration(OfOurs.class)
				.withPropertyValues("setting=true", "nexs.db.pool.hikari." + name + "=false")
				.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@Test
	void factoryWhenItsDataSourceIsAnotherIsNoneOfOurBusiness() {
		this.runner.withUserConfiguration(OfAnother.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void checkWhenThereIsNoJpaIsNotMade() {
		this.runner.withClassLoader(new FilteredClassLoader(AbstractEntityManagerFactoryBean.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(RoutingDataSource.class)
				.doesNotHaveBean(AutoCommitCheck.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class OfOurs {

		@Bean
		LocalContainerEntityManagerFactoryBean factory(DataSource dataSource, @Value("${setting}") String setting) {
			return AutoCommitCheckTests.factory(dataSource, setting);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfWrapped {

		@Bean
		LocalContainerEntityManagerFactoryBean factory(DataSource dataSource) {
			return AutoCommitCheckTests.factory(new DelegatingDataSource(dataSource), "true");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfAnother {

		@Bean
		LocalContainerEntityManagerFactoryBean factory() {
			return AutoCommitCheckTests.factory(new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/orders"),
					"true");
		}

	}

}
