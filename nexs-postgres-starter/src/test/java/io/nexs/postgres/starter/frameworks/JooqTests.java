package io.nexs.postgres.starter.frameworks;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The contract with jOOQ.
 */
class JooqTests extends FrameworkContract {

	@Override
	Framework framework() {
		return Framework.JOOQ;
	}

	@Override
	Class<?> application() {
		return Application.class;
	}

	@Configuration(proxyBeanMethods = false)
	@Jdbc
	@ImportAutoConfiguration(JooqAutoConfiguration.class)
	@Import(JooqWork.class)
	static class Application {

	}

}
