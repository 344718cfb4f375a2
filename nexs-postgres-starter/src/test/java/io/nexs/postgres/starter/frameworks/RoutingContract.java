package io.nexs.postgres.starter.frameworks;

import java.sql.SQLException;

import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.routing.ReplicaManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What holds for every framework: where transactions go, and that a write that is not to
 * be is refused by the server.
 */
abstract class RoutingContract extends FrameworkTests {

	abstract Framework framework();

	final Work work() {
		return bean(Work.class);
	}

	final Transactions transactions() {
		return bean(Transactions.class);
	}

	/**
	 * The role of the server that answers.
	 */
	final String server() {
		return role(work().port());
	}

	/**
	 * Records the outcome and compares it.
	 */
	final void says(Row row, String outcome, String expected) {
		Matrix.record(framework(), row, outcome);
		assertThat(outcome).isEqualTo(expected);
	}

	/**
	 * Whether the server has refused, told by the SQLSTATE.
	 */
	static String outcome(@Nullable Throwable thrown) {
		if (thrown == null) {
			return "done";
		}
		for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException failure) {
				return "refused (" + failure.getSQLState() + ")";
			}
		}
		return thrown.toString();
	}

	final long inserted(long id) {
		work().insert(id);
		return work().count(id);
	}

	@Test
	void transactionWhenReadWriteGoesToPrimary() {
		long id = newId();
		String server = transactions().write(() -> {
			assertThat(inserted(id)).isOne();
			return server();
		});
		assertThat(committed(id)).isOne();
		says(Row.READ_WRITE, server, "primary");
	}

	@Test
	void transactionWhenReadOnlyGoesToReplica() {
		long id = newId();
		transactions().write(() -> inserted(id));
		servers().awaitReplicas();
		String server = transactions().read(() -> {
			assertThat(work().count(id)).isOne();
			assertThat(work().setting("transaction_read_only")).isEqualTo("on");
			return server();
		});
		says(Row.READ_ONLY, server, "replica");
	}

	@Test
	void statementWhenThereIsNoTransactionGoesToPrimary() {
		says(Row.NO_TRANSACTION, server(), "primary");
	}

	@Test
	void transactionWhenReadOnlyInsideReadWriteStaysOnPrimaryAndSeesItsWrite() {
		long id = newId();
		String server = transactions().write(() -> {
			work().insert(id);
			return transactions().read(() -> {
				assertThat(work().count(id)).isOne();
				return server();
			});
		});
		assertThat(committed(id)).isOne();
		says(Row.READ_ONLY_IN_READ_WRITE, server, "primary");
	}

	@Test
	void transactionWhenReadWriteInsideReadOnlyStaysOnReplica() {
		String server = transactions().read(() -> {
			assertThat(server()).isEqualTo("replica");
			return transactions().write(this::server);
		});
		says(Row.READ_WRITE_IN_READ_ONLY, server, "replica");
	}

	@Test
	void writeWhenTransactionIsReadOnlyIsRefused() {
		long id = newId();
		Throwable thrown = catchThrowable(() -> transactions().read(() -> inserted(id)));
		assertThat(committed(id)).isZero();
		assertThat(thrown).hasMessageContaining("read-only transaction");
		says(Row.WRITE_IN_READ_ONLY, outcome(thrown), "refused (25006)");
	}

	@Test
	void writeWhenItsMethodJoinsAReadOnlyTransactionIsRefused() {
		long id = newId();
		Throwable thrown = catchThrowable(() -> transactions().read(() -> transactions().write(() -> inserted(id))));
		assertThat(committed(id)).isZero();
		assertThat(thrown).hasMessageContaining("read-only transaction");
		says(Row.WRITE_JOINING_READ_ONLY, outcome(thrown), "refused (25006)");
	}

	/**
	 * The refusal comes from the primary, which is the right node: it must not be taken
	 * for one that was demoted.
	 */
	@Test
	void writeWhenTheReadOnlyTransactionFellBackToThePrimaryIsRefusedAndHarmsNothing() {
		long id = newId();
		ReplicaManager replicas = bean(ReplicaManager.class);
		servers().replicas().forEach(replicas::maintenance);
		try {
			assertThat(transactions().<String>read(this::server)).isEqualTo("primary");
			NodePool primary = bean(NodePools.class).of(servers().primary());
			long created = primary.snapshot().created();
			Throwable thrown = catchThrowable(() -> transactions().read(() -> inserted(id)));
			assertThat(committed(id)).isZero();
			assertThat(thrown).hasMessageContaining("read-only transaction");
			assertThat(transactions().<Long>write(() -> inserted(id))).isOne();
			assertThat(primary.snapshot().created()).isEqualTo(created);
			says(Row.WRITE_FALLEN_BACK, outcome(thrown), "refused (25006)");
		}
		finally {
			servers().replicas().forEach(replicas::resume);
			awaitHealthy(context());
		}
	}

	@Test
	void lockWhenTransactionIsReadOnlyIsRefused() {
		Throwable thrown = catchThrowable(() -> transactions().read(() -> {
			work().lock(1);
			return null;
		}));
		says(Row.LOCK_IN_READ_ONLY, outcome(thrown), "refused (25006)");
	}

	@Test
	void sequenceWhenTransactionIsReadOnlyIsRefused() {
		Throwable thrown = catchThrowable(() -> transactions().read(() -> work().next()));
		says(Row.SEQUENCE_IN_READ_ONLY, outcome(thrown), "refused (25006)");
		assertThat(transactions().<Long>write(() -> work().next())).isPositive();
	}

}
