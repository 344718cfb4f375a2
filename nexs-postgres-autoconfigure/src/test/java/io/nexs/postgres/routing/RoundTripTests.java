package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.pool.PoolSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Counts round trips at the socket. Probes use the same driver, so the monitor is slowed
 * down, and a run into which a probe fell is measured again.
 */
class RoundTripTests {

	private static EmbeddedCluster cluster;

	private static NexsPostgres postgres;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(1).start();
		PoolSettings pool = PoolSettings.defaults()
			.withDriverProperties(Map.of("socketFactory", CountingSocketFactory.class.getName()));
		postgres = RoutingFixture.start(cluster, (builder) -> builder.pool(pool));
		for (int i = 0; i < 20; i++) {
			read();
			write();
			autoCommitRead();
		}
	}

	@AfterAll
	static void stop() {
		postgres.close();
		cluster.close();
	}

	@Test
	void autoCommitReadCostsOne() throws SQLException {
		assertThat(trips(RoundTripTests::autoCommitRead)).isEqualTo(1);
	}

	@Test
	void readOnlyTransactionWithOneStatementCostsTwo() throws SQLException {
		assertThat(trips(RoundTripTests::read)).isEqualTo(2);
	}

	@Test
	void readWriteTransactionWithOneStatementCostsTwo() throws SQLException {
		assertThat(trips(RoundTripTests::write)).isEqualTo(2);
	}

	@Test
	void transactionWithoutStatementCostsNothing() throws SQLException {
		assertThat(trips(() -> {
			try (Connection connection = postgres.dataSource().getConnection()) {
				connection.setReadOnly(true);
				connection.setAutoCommit(false);
				connection.commit();
				connection.setAutoCommit(true);
			}
		})).isZero();
	}

	@Test
	void gettersCostNothing() throws SQLException {
		assertThat(trips(() -> {
			try (Connection connection = postgres.dataSource().getConnection()) {
				connection.getTransactionIsolation();
				connection.isReadOnly();
				connection.getAutoCommit();
				connection.getWarnings();
				connection.getHoldability();
			}
		})).isZero();
	}

	@Test
	void isolationCostsOneMoreAndNothingAfterwards() throws SQLException {
		assertThat(trips(() -> {
			try (Connection connection = postgres.dataSource().getConnection()) {
				connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
				connection.setAutoCommit(false);
				RoutingFixture.port(connection);
				connection.commit();
			}
		})).isEqualTo(3);
	}

	private static void autoCommitRead() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection()) {
			RoutingFixture.port(connection);
		}
	}

	private static void read() throws SQLException {
		RoutingFixture.readPort(postgres);
	}

	private static void write() throws SQLException {
		RoutingFixture.writePort(postgres);
	}

	/**
	 * The lowest of several runs: probes and pool housekeeping can only add.
	 */
	private static long trips(SqlRun run) throws SQLException {
		long lowest = Long.MAX_VALUE;
		for (int i = 0; i < 10; i++) {
			long before = CountingSocketFactory.roundTrips();
			run.run();
			lowest = Math.min(lowest, CountingSocketFactory.roundTrips() - before);
		}
		return lowest;
	}

	@FunctionalInterface
	private interface SqlRun {

		void run() throws SQLException;

	}

}
