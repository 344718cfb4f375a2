package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.limits.LimitSettings;
import io.nexs.postgres.limits.QueryLimitException;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.pool.Pooler;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Time limits through a PgBouncer with transaction pooling.
 */
@EnabledIf(value = "io.nexs.postgres.routing.PgBouncer#isInstalled", disabledReason = "pgbouncer is not installed")
class PgBouncerLimitTests {

	private static final int ROUNDS = 200;

	private static EmbeddedCluster cluster;

	private static PgBouncer bouncer;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(0).start();
		bouncer = PgBouncer.before(cluster.primary());
		RoutingFixture.executeOn(cluster.primary(), "create table item (id int)");
	}

	@AfterAll
	static void stop() {
		bouncer.close();
		cluster.close();
	}

	private static NexsPostgres postgres(LimitSettings limits) {
		NexsPostgres started = NexsPostgres.of("postgres://postgres@" + bouncer.address() + "/postgres")
			.pool(PoolSettings.defaults().withPooler(Pooler.PGBOUNCER))
			.limits(limits)
			.start();
		Awaitility.await().atMost(RoutingFixture.LONG).until(() -> started.monitor().topology().hasPrimary());
		return started;
	}

	@Test
	void statementWhenTooLongEndsAndNothingIsLeftInTheSession() throws SQLException {
		try (NexsPostgres postgres = postgres(LimitSettings.all(Duration.ofMillis(200)));
				NexsPostgres other = postgres(LimitSettings.NONE);
				Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			for (boolean autoCommit : new boolean[] { true, false }) {
				connection.setAutoCommit(autoCommit);
				statement.executeUpdate("insert into item values (1)");
				assertThat(timeout(connection)).isEqualTo("5200ms");
				assertThatExceptionOfType(QueryLimitException.class)
					.isThrownBy(() -> statement.executeQuery("select pg_sleep(20)"));
				if (!autoCommit) {
					connection.rollback();
				}
				for (int i = 0; i < 2 * PgBouncer.SERVER_CONNECTIONS; i++) {
					try (Connection neighbour = other.dataSource().getConnection()) {
						assertThat(timeout(neighbour)).isEqualTo("0");
					}
				}
			}
		}
	}

	@Test
	void limitThatIsOverWhenItsStatementReturnsReachesNothingElse() throws SQLException {
		int inTime = 0;
		double around = 0.008;
		try (NexsPostgres postgres = postgres(
				LimitSettings.of(Duration.ZERO, Duration.ofMillis(10), Duration.ofMinutes(1), Duration.ZERO));
				Connection connection = postgres.dataSource().getConnection();
				PreparedStatement statement = connection.prepareStatement("select pg_sleep(?)");
				Statement next = connection.createStatement()) {
			connection.setAutoCommit(false);
			for (int i = 0; i < ROUNDS; i++) {
				statement.setDouble(1, around);
				try {
					statement.execute();
					inTime++;
					around += 0.0002;
					next.addBatch("select pg_sleep(0.005)");
					next.executeBatch();
					connection.commit();
				}
				catch (QueryLimitException ex) {
					around -= 0.0002;
					connection.rollback();
				}
			}
		}
		assertThat(inTime).isBetween(ROUNDS / 10, ROUNDS - ROUNDS / 10);
	}

	private static String timeout(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select current_setting('statement_timeout')")) {
			row.next();
			return row.getString(1);
		}
	}

}
