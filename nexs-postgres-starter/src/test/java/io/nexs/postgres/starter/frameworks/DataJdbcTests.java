package io.nexs.postgres.starter.frameworks;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The contract with Spring Data JDBC.
 */
class DataJdbcTests extends FrameworkContract {

	@Override
	Framework framework() {
		return Framework.DATA_JDBC;
	}

	@Override
	Class<?> application() {
		return Application.class;
	}

	@Override
	String[] properties() {
		return new String[] { "spring.jdbc.template.fetch-size=100" };
	}

	@Override
	String findById() {
		return "replica";
	}

	@Configuration(proxyBeanMethods = false)
	@Jdbc
	@ImportAutoConfiguration(DataJdbcRepositoriesAutoConfiguration.class)
	@AutoConfigurationPackage
	@Import(DataJdbcWork.class)
	static class Application {

	}

}
