package io.nexs.postgres.starter.frameworks;

import java.io.IOException;
import java.util.function.Supplier;

import io.nexs.postgres.pool.NodePools;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.UnexpectedRollbackException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What holds when a transaction fails: nothing of it stays, and the connection is used
 * again.
 */
abstract class FailureContract extends PropagationContract {

	/**
	 * The exception for a duplicate key.
	 */
	String duplicateKey() {
		return "DuplicateKeyException";
	}

	/**
	 * The exception for a statement that took too long.
	 */
	String timeout() {
		return "QueryTimeoutException";
	}

	private long created() {
		return bean(NodePools.class).all().stream().mapToLong((pool) -> pool.snapshot().created()).sum();
	}

	@Test
	void transactionWhenAKeyIsDuplicateIsRolledBackAndItsConnectionUsedAgain() {
		long id = newId();
		long other = newId();
		transactions().write(() -> inserted(id));
		long created = created();
		Throwable thrown = catchThrowable(() -> transactions().write(() -> {
			work().insert(other);
			work().insert(id);
			return null;
		}));
		assertThat(thrown).isInstanceOf(DataAccessException.class);
		assertThat(committed(other)).isZero();
		assertThat(transactions().<Long>write(() -> inserted(other))).isOne();
		assertThat(created()).isEqualTo(created);
		says(Row.DUPLICATE_KEY, thrown.getClass().getSimpleName(), duplicateKey());
	}

	@Test
	void transactionWhenAnUncheckedExceptionLeavesItIsRolledBack() {
		long id = newId();
		Throwable thrown = catchThrowable(() -> transactions().write(() -> {
			inserted(id);
			throw new IllegalStateException("on purpose");
		}));
		assertThat(thrown).hasMessage("on purpose");
		says(Row.UNCHECKED, fate(id), "rolled back");
	}

	private String fate(long id) {
		return (committed(id) == 1) ? "committed" : "rolled back";
	}

	@Test
	void transactionWhenACheckedExceptionLeavesItIsCommittedButForTheRule() {
		long id = newId();
		long ruled = newId();
		assertThat(catchThrowable(() -> transactions().checked(() -> insertAndFail(id)))).hasMessage("on purpose");
		assertThat(catchThrowable(() -> transactions().checkedRollback(() -> insertAndFail(ruled))))
			.hasMessage("on purpose");
		says(Row.CHECKED, fate(id) + ", with `rollbackFor` " + fate(ruled),
				"committed, with `rollbackFor` rolled back");
	}

	private Void insertAndFail(long id) throws IOException {
		inserted(id);
		throw new IOException("on purpose");
	}

	@Test
	void transactionWhenAnInnerMethodSetRollbackOnlyIsRolledBack() {
		long id = newId();
		Throwable thrown = catchThrowable(() -> transactions().write(() -> {
			inserted(id);
			transactions().rollbackOnly();
			return server();
		}));
		assertThat(thrown).isInstanceOf(UnexpectedRollbackException.class);
		says(Row.ROLLBACK_ONLY, fate(id), "rolled back");
	}

	@Test
	void transactionWhenReadWriteTakesTooLongIsCancelledAndItsConnectionUsedAgain() {
		long id = newId();
		String exception = timeout(() -> transactions().shortWrite(() -> {
			inserted(id);
			work().sleep();
			return null;
		}));
		assertThat(committed(id)).isZero();
		assertThat(transactions().<String>write(this::server)).isEqualTo("primary");
		says(Row.TIMEOUT_READ_WRITE, exception, timeout());
	}

	@Test
	void transactionWhenReadOnlyTakesTooLongIsCancelledAndItsConnectionUsedAgain() {
		String exception = timeout(() -> transactions().shortRead(() -> {
			assertThat(server()).isEqualTo("replica");
			work().sleep();
			return null;
		}));
		assertThat(transactions().<String>read(this::server)).isEqualTo("replica");
		says(Row.TIMEOUT_READ_ONLY, exception, timeout());
	}

	private String timeout(Supplier<?> work) {
		transactions().write(this::server);
		transactions().read(this::server);
		long created = created();
		long start = System.nanoTime();
		Throwable thrown = catchThrowable(work::get);
		assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
		assertThat(created()).isEqualTo(created);
		return thrown.getClass().getSimpleName();
	}

}
