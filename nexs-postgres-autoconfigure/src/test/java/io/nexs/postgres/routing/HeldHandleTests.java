package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.transaction.PlainCommit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Handles that are held while the primary changes.
 */
class HeldHandleTests {

	private EmbeddedCluster cluster;

	@BeforeEach
	void startCluster() throws SQLException {
		this.cluster = EmbeddedCluster.builder().replicas(2).start();
		RoutingFixture.executeOn(this.cluster.primary(), "create table item (id int)");
	}

	@AfterEach
	void closeCluster() {
		this.cluster.close();
	}

	@Test
	void transactionWhenTheConnectionOfTheHandleWasAbortedMeanwhileBeginsOnTheNewPrimary() throws Exception {
		try (NexsPostgres postgres = start(); Connection handle = postgres.dataSource().getConnection()) {
			write(handle);
			handle.setAutoCommit(true);
			changePrimary(postgres);
			handle.setAutoCommit(false);
			assertThat(RoutingFixture.port(handle)).isEqualTo(this.cluster.node("node-2").directPort());
			handle.commit();
		}
	}

	@Test
	void statementWhenTheConnectionOfTheHandleWasAbortedMeanwhileRunsOnTheNewPrimary() throws Exception {
		try (NexsPostgres postgres = start(); Connection handle = postgres.dataSource().getConnection()) {
			RoutingFixture.port(handle);
			changePrimary(postgres);
			assertThat(RoutingFixture.port(handle)).isEqualTo(this.cluster.node("node-2").directPort());
		}
	}

	@Test
	void statementWhenATransactionBegunByAStatementWasAbortedMeanwhileFails() throws Exception {
		try (NexsPostgres postgres = start();
				Connection handle = postgres.dataSource().getConnection();
				Statement statement = handle.createStatement()) {
			statement.execute("begin");
			statement.execute("insert into item values (1)");
			changePrimary(postgres);
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.execute("insert into item values (2)"))
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("08003"));
			assertThat(RoutingFixture.port(handle)).isEqualTo(this.cluster.node("node-2").directPort());
		}
		assertThat(RoutingFixture.question(this.cluster.node("node-2"), "select count(*)::int from item")).isZero();
	}

	/**
	 * Both are writable on one timeline; neither is older.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void commitWhenAnOperatorDecidedForAnotherNodeIsNotAcknowledged(boolean pin) throws Exception {
		try (NexsPostgres postgres = start()) {
			this.cluster.node("node-1").kill();
			RoutingFixture.executeOn(this.cluster.node("node-2"), "select pg_promote()");
			awaitPrimary(postgres, "node-2");
			try (Connection transaction = postgres.dataSource().getConnection();
					Connection statements = postgres.dataSource().getConnection()) {
				begin(transaction);
				RoutingFixture.port(statements);
				RoutingFixture.executeOn(this.cluster.node("node-3"), "select pg_promote()");
				await().until(() -> postgres.monitor().topology().conflict() == PrimaryConflict.SAME_TIMELINE);
				if (pin) {
					postgres.monitor().pin("node-3");
				}
				else {
					postgres.monitor().maintenance("node-2", true);
				}
				awaitPrimary(postgres, "node-3");
				assertThatExceptionOfType(SQLException.class).isThrownBy(transaction::commit)
					.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("40000"));
				assertThat(RoutingFixture.port(statements)).isEqualTo(this.cluster.node("node-3").directPort());
			}
			assertThat(RoutingFixture.question(this.cluster.node("node-2"), "select count(*)::int from item")).isZero();
		}
	}

	/**
	 * COMMIT that has returned when the other one was chosen.
	 */
	@Test
	void workWhenAnotherServerIsThePrimaryOfTheSameTermIsInDoubt() throws Exception {
		try (NexsPostgres postgres = start()) {
			ClusterMonitor monitor = postgres.monitor();
			assertThat(monitor.isInDoubt(monitor.term(), monitor.topology().node("node-1").node())).isFalse();
			assertThat(monitor.isInDoubt(monitor.term(), monitor.topology().node("node-2").node())).isTrue();
		}
	}

	private void changePrimary(NexsPostgres postgres) throws Exception {
		this.cluster.node("node-1").kill();
		this.cluster.promote("node-2");
		awaitPrimary(postgres, "node-2");
	}

	private static void awaitPrimary(NexsPostgres postgres, String node) {
		await().until(() -> {
			NodeState primary = postgres.monitor().topology().primary();
			return primary != null && primary.id().equals(node);
		});
	}

	private static void begin(Connection handle) throws SQLException {
		handle.setAutoCommit(false);
		try (Statement statement = handle.createStatement()) {
			statement.executeUpdate("insert into item values (1)");
		}
	}

	private static void write(Connection handle) throws SQLException {
		begin(handle);
		handle.commit();
	}

	private NexsPostgres start() {
		return RoutingFixture.start(this.cluster,
				(builder) -> builder.monitor(RoutingFixture.quick())
					.commit((monitor, pools) -> new PlainCommit(monitor))
					.routing(RoutingSettings.defaults().withAcquireTimeout(Duration.ofSeconds(5))));
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(RoutingFixture.LONG).pollInterval(Duration.ofMillis(10));
	}

}
