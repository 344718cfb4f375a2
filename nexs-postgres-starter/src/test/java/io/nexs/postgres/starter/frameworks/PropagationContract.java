package io.nexs.postgres.starter.frameworks;

import org.junit.jupiter.api.Test;

import org.springframework.transaction.IllegalTransactionStateException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What holds for the ways of propagation.
 */
abstract class PropagationContract extends RoutingContract {

	/**
	 * What becomes of a nested transaction.
	 */
	String nested() {
		return "rolled back to its savepoint, the outer one committed";
	}

	/**
	 * Where a read goes that supports transactions and finds none.
	 */
	String supports() {
		return "replica";
	}

	@Test
	void transactionWhenNewAndReadOnlyInsideReadWriteGoesToReplica() {
		long id = newId();
		String server = transactions().write(() -> {
			work().insert(id);
			String inner = transactions().newRead(() -> {
				assertThat(work().count(id)).isZero();
				return server();
			});
			assertThat(server()).isEqualTo("primary");
			assertThat(work().count(id)).isOne();
			return inner;
		});
		assertThat(committed(id)).isOne();
		says(Row.NEW_READ_ONLY, server, "replica");
	}

	@Test
	void transactionWhenNewAndReadWriteInsideReadOnlyGoesToPrimary() {
		long id = newId();
		String server = transactions().read(() -> {
			assertThat(server()).isEqualTo("replica");
			String inner = transactions().newWrite(() -> {
				assertThat(inserted(id)).isOne();
				return server();
			});
			assertThat(committed(id)).isOne();
			assertThat(server()).isEqualTo("replica");
			return inner;
		});
		says(Row.NEW_READ_WRITE, server, "primary");
	}

	@Test
	void transactionWhenNestedIsRolledBackToItsSavepoint() {
		long outer = newId();
		long inner = newId();
		Throwable thrown = catchThrowable(() -> transactions().write(() -> {
			work().insert(outer);
			Throwable failed = catchThrowable(() -> transactions().nested(() -> {
				work().insert(inner);
				throw new IllegalStateException("on purpose");
			}));
			if (!(failed instanceof IllegalStateException)) {
				throw (RuntimeException) failed;
			}
			assertThat(work().count(inner)).isZero();
			return work().count(outer);
		}));
		assertThat(committed(inner)).isZero();
		assertThat(committed(outer)).isEqualTo((thrown != null) ? 0 : 1);
		String outcome = (thrown != null) ? "refused (" + thrown.getClass().getSimpleName() + ")"
				: "rolled back to its savepoint, the outer one committed";
		says(Row.NESTED, outcome, nested());
	}

	@Test
	void readWhenSupportsWithoutTransactionGoesWhereItsFlagSays() {
		says(Row.SUPPORTS, transactions().supports(this::server), supports());
	}

	@Test
	void readWhenSupportsInsideReadWriteStaysOnPrimary() {
		long id = newId();
		String server = transactions().write(() -> {
			work().insert(id);
			return transactions().supports(() -> {
				assertThat(work().count(id)).isOne();
				return server();
			});
		});
		says(Row.SUPPORTS_IN_READ_WRITE, server, "primary");
	}

	@Test
	void statementWhenNotSupportedInsideReadOnlyGoesToPrimary() {
		long id = newId();
		String server = transactions().read(() -> {
			assertThat(server()).isEqualTo("replica");
			String inner = transactions().notSupported(this::server);
			assertThat(work().count(id)).isZero();
			assertThat(server()).isEqualTo("replica");
			return inner;
		});
		says(Row.NOT_SUPPORTED, server, "primary");
	}

	@Test
	void transactionWhenMandatoryAndThereIsNoneIsRefused() {
		Throwable thrown = catchThrowable(() -> transactions().mandatory(this::server));
		assertThat(thrown).isInstanceOf(IllegalTransactionStateException.class);
		assertThat(transactions().<String>write(() -> transactions().mandatory(this::server))).isEqualTo("primary");
		says(Row.MANDATORY, "refused (" + thrown.getClass().getSimpleName() + ")",
				"refused (IllegalTransactionStateException)");
	}

	@Test
	void transactionWhenThereMustBeNoneIsRefused() {
		Throwable thrown = catchThrowable(() -> transactions().write(() -> transactions().never(this::server)));
		assertThat(thrown).isInstanceOf(IllegalTransactionStateException.class);
		assertThat(transactions().<String>never(this::server)).isEqualTo("primary");
		says(Row.NEVER, "refused (" + thrown.getClass().getSimpleName() + ")",
				"refused (IllegalTransactionStateException)");
	}

}
