package io.nexs.postgres.starter.frameworks;

import org.springframework.context.annotation.Configuration;

/**
 * The contract with Spring Data JPA and Hibernate.
 */
class JpaTests extends FrameworkContract {

	@Override
	Framework framework() {
		return Framework.JPA;
	}

	@Override
	Class<?> application() {
		return Application.class;
	}

	/**
	 * {@code JpaTransactionManager} has nested transactions switched off.
	 */
	@Override
	String nested() {
		return "refused (NestedTransactionNotSupportedException)";
	}

	@Override
	String duplicateKey() {
		return "DataIntegrityViolationException";
	}

	@Override
	String findById() {
		return "replica";
	}

	@Override
	String streamWithout() {
		return "refused (InvalidDataAccessApiUsageException)";
	}

	@Configuration(proxyBeanMethods = false)
	@Jpa
	static class Application {

	}

}
