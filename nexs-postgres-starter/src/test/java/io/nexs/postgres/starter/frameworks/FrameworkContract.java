package io.nexs.postgres.starter.frameworks;

import java.util.Iterator;
import java.util.stream.Stream;

import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The whole contract: to the parts above it adds isolation, results that are streamed,
 * and replicas that are lost.
 */
abstract class FrameworkContract extends HookContract {

	private static final int MANY = 10_000;

	/**
	 * Where {@code findById} of a repository goes.
	 */
	String findById() {
		return "n.a.";
	}

	/**
	 * What becomes of a stream outside of a transaction.
	 */
	String streamWithout() {
		return "all rows";
	}

	@Test
	void transactionWhenRepeatableReadGoesToReplicaAndLeavesNoTrace() {
		String server = transactions().repeatableRead(() -> {
			assertThat(work().setting("transaction_isolation")).isEqualTo("repeatable read");
			return server();
		});
		for (int i = 0; i < 4; i++) {
			assertThat(transactions().<String>read(() -> work().setting("transaction_isolation")))
				.isEqualTo("read committed");
		}
		says(Row.REPEATABLE_READ, server, "replica");
	}

	@Test
	void transactionWhenSerializableAndReadOnlyGoesToPrimaryAndCannotWrite() {
		long id = newId();
		String server = transactions().serializableRead(() -> {
			assertThat(work().setting("transaction_isolation")).isEqualTo("serializable");
			assertThat(work().setting("transaction_read_only")).isEqualTo("on");
			return server();
		});
		assertThat(transactions().<String>read(() -> work().setting("transaction_isolation")))
			.isEqualTo("read committed");
		assertThat(committed(id)).isZero();
		says(Row.SERIALIZABLE_READ_ONLY, server, "primary");
	}

	@Test
	void transactionWhenSerializableGoesToPrimaryAndLeavesNoTrace() {
		long id = newId();
		String server = transactions().serializable(() -> {
			assertThat(work().setting("transaction_isolation")).isEqualTo("serializable");
			assertThat(inserted(id)).isOne();
			return server();
		});
		assertThat(transactions().<String>write(() -> work().setting("transaction_isolation")))
			.isEqualTo("read committed");
		assertThat(committed(id)).isOne();
		says(Row.SERIALIZABLE, server, "primary");
	}

	@Test
	void streamWhenTransactionIsReadOnlyComesInPiecesFromReplica() {
		says(Row.STREAM, transactions().read(this::streamed), "replica, by a cursor");
	}

	@Test
	void streamWhenTransactionIsReadWriteComesInPiecesFromPrimary() {
		says(Row.STREAM_IN_READ_WRITE, transactions().write(this::streamed), "primary, by a cursor");
	}

	/**
	 * Reads one row, asks the server on the same connection whether a cursor is open, and
	 * reads the rest.
	 */
	private String streamed() {
		try (Stream<Long> stream = work().stream()) {
			Iterator<Long> rows = stream.iterator();
			assertThat(rows.next()).isOne();
			String manner = (work().cursors() == 1) ? "by a cursor" : "all at once";
			String server = server();
			assertThat(rest(rows)).isEqualTo(MANY - 1);
			return server + ", " + manner;
		}
	}

	static int rest(Iterator<Long> rows) {
		int rest = 0;
		while (rows.hasNext()) {
			rows.next();
			rest++;
		}
		return rest;
	}

	@Test
	void streamWhenThereIsNoTransactionIsWholeOrRefused() {
		String outcome;
		try (Stream<Long> stream = work().stream()) {
			assertThat(rest(stream.iterator())).isEqualTo(MANY);
			outcome = "all rows";
		}
		catch (DataAccessException | IllegalStateException ex) {
			outcome = "refused (" + ex.getClass().getSimpleName() + ")";
		}
		says(Row.STREAM_WITHOUT, outcome, streamWithout());
	}

	@Test
	void findWhenThereIsNoTransactionIsAReadOnlyTransactionOfTheRepository() {
		Integer port = work().ownRead();
		says(Row.FIND_BY_ID, (port != null) ? role(port) : "n.a.", findById());
	}

	/**
	 * The pool holds connections that the relay has ended without the pool knowing.
	 */
	@Test
	void transactionWhenItsReplicaIsLostBeforeItsFirstStatementGoesToAnotherNode() {
		for (int i = 0; i < 4; i++) {
			transactions().repeatableRead(this::server);
		}
		cluster().node("node-2").relay().reset();
		for (int i = 0; i < 4; i++) {
			assertThat(transactions().<String>repeatableRead(() -> {
				assertThat(work().setting("transaction_isolation")).isEqualTo("repeatable read");
				return server();
			})).isEqualTo("replica");
		}
		says(Row.LOST_BEFORE, "replica", "replica");
		forgetLostConnections();
	}

	/**
	 * The exception for a connection that died.
	 */
	String lost() {
		return "DataAccessResourceFailureException";
	}

	/**
	 * What was read before cannot be read again in the same snapshot, so the transaction
	 * fails; the next one goes elsewhere.
	 */
	@Test
	void transactionWhenItsReplicaIsLostAfterItsFirstStatementFailsAndTheNextSucceeds() {
		Throwable thrown = catchThrowable(() -> transactions().read(() -> {
			int port = work().port();
			cluster().nodes()
				.stream()
				.filter((node) -> node.directPort() == port)
				.forEach((node) -> node.relay().reset());
			return work().count(1);
		}));
		assertThat(transactions().<String>read(this::server)).isEqualTo("replica");
		says(Row.LOST_WITHIN, thrown.getClass().getSimpleName(), lost());
		forgetLostConnections();
	}

	/**
	 * Other tests are not to meet the dead connections that are left in the pools.
	 */
	private void forgetLostConnections() {
		awaitHealthy(context());
		bean(NodePools.class).all().forEach(NodePool::empty);
	}

}
