package io.nexs.postgres.starter.frameworks;

import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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

	/**
	 * Its transactions are nested ones of Spring.
	 */
	@Test
	void transactionWhenBegunByJooqGoesToPrimaryAndJoinsWhatItFinds() {
		DSLContext dsl = bean(DSLContext.class);
		assertThat(dsl.<String>transactionResult((inner) -> server())).isEqualTo("primary");
		assertThat(transactions().<String>read(() -> dsl.transactionResult((inner) -> server()))).isEqualTo("replica");
		long id = newId();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> dsl.transaction((inner) -> {
			work().insert(id);
			throw new IllegalStateException("on purpose");
		}));
		assertThat(committed(id)).isZero();
	}

	/**
	 * Spring has no exception of its own for 25006, so jOOQ's remains.
	 */
	@Test
	void writeWhenTransactionIsReadOnlyIsRefusedWithTheExceptionOfJooq() {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> transactions().read(() -> inserted(newId())))
			.satisfies((ex) -> assertThat(ex.sqlState()).isEqualTo("25006"));
	}

	@Configuration(proxyBeanMethods = false)
	@Jdbc
	@ImportAutoConfiguration(JooqAutoConfiguration.class)
	@Import(JooqWork.class)
	static class Application {

	}

}
