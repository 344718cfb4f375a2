package io.nexs.postgres.starter.frameworks;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The contract with {@code JdbcTemplate} and {@code JdbcClient}.
 */
class JdbcTests extends FrameworkContract {

	@Override
	Framework framework() {
		return Framework.JDBC;
	}

	@Override
	Class<?> application() {
		return Application.class;
	}

	@Override
	String[] properties() {
		return new String[] { "spring.jdbc.template.fetch-size=100" };
	}

	@Configuration(proxyBeanMethods = false)
	@Jdbc
	@Import(JdbcWork.class)
	static class Application {

	}

}
