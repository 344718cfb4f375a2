package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.limits.LimitSettings;
import io.nexs.postgres.limits.QueryLimitException;
import io.nexs.postgres.pool.PoolSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * A server that does not answer when a statement is to be ended.
 */
class UnansweredLimitTests {

	private static final Duration LIMIT = Duration.ofMillis(300);

	/** Limit, backstop and grace are 900 ms. */
	private static final Duration SOON = Duration.ofSeconds(3);

	private static EmbeddedCluster cluster;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(1).start();
		RoutingFixture.executeOn(cluster.primary(), "create table item (id int)");
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	private static NexsPostgres postgres() {
		return RoutingFixture.start(cluster,
				(builder) -> builder.limits(LimitSettings.all(LIMIT).withBackstop(LIMIT).withGrace(LIMIT)));
	}

	@ParameterizedTest
	@EnumSource
	void statementIsEndedWithItsConnectionAndHasNoEffect(Work work) throws SQLException {
		RoutingFixture.executeOn(cluster.primary(), "truncate item");
		try (NexsPostgres postgres = postgres();
				Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(work == Work.AUTO_COMMIT);
			statement.execute("select 1");
			if (work == Work.FIRST_OF_TRANSACTION) {
				connection.commit();
			}
			cluster.node("node-1").freeze();
			long start = System.nanoTime();
			Throwable failure = catchThrowable(() -> statement.executeUpdate("insert into item values (1)"));
			Duration took = Duration.ofNanos(System.nanoTime() - start);
			cluster.node("node-1").thaw();
			assertThat(failure).isInstanceOf(QueryLimitException.class).hasMessageContaining("did not answer");
			assertThat(took).isBetween(LIMIT, SOON);
			if (work != Work.AUTO_COMMIT) {
				connection.rollback();
			}
			RoutingFixture.awaitHealthy(postgres);
			statement.executeUpdate("insert into item values (2)");
			if (work != Work.AUTO_COMMIT) {
				connection.commit();
			}
		}
		assertThat(RoutingFixture.question(cluster.node("node-1"), "select sum(id) from item")).isEqualTo(2);
	}

	@Test
	void requestThatTheServerDoesNotPassOnEndsTheConnectionOfAStatementThatReturned() throws Exception {
		LimitSettings settings = LimitSettings.all(LIMIT).withBackstop(Duration.ofSeconds(20));
		try (NexsPostgres postgres = RoutingFixture.start(cluster,
				(builder) -> builder.limits(settings)
					.pool(PoolSettings.defaults().withDriverProperties(Map.of("cancelSignalTimeout", "1"))));
				Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("select 1");
			int postmaster = RoutingFixture.question(cluster.node("node-1"),
					"select (string_to_array(pg_read_file('postmaster.pid'), E'\\n'))[1]::int");
			// The session goes on, and nobody takes the request
			signal("STOP", postmaster);
			try {
				CompletableFuture<Throwable> failure = CompletableFuture
					.supplyAsync(() -> catchThrowable(() -> statement.execute("select pg_sleep(0.6)")));
				assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(QueryLimitException.class)
					.hasMessageContaining("its cancellation was under way, and the connection was closed");
			}
			finally {
				signal("CONT", postmaster);
			}
			connection.rollback();
			RoutingFixture.awaitHealthy(postgres);
			statement.execute("select 1");
			connection.commit();
		}
	}

	private static void signal(String name, int pid) {
		Awaitility.await()
			.until(() -> new ProcessBuilder("kill", "-" + name, Integer.toString(pid)).start().waitFor() == 0);
	}

	/**
	 * What the statement is part of.
	 */
	enum Work {

		AUTO_COMMIT, FIRST_OF_TRANSACTION, TRANSACTION

	}

}
