package io.nexs.postgres.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.embedded.CutPoint;
import io.nexs.postgres.embedded.CutRule;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.pool.Pooler;
import io.nexs.postgres.routing.NexsPostgres;
import io.nexs.postgres.routing.PgBouncer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Markers through a PgBouncer with transaction pooling, which loses its server when
 * COMMIT is said.
 */
@EnabledIf(value = "io.nexs.postgres.routing.PgBouncer#isInstalled", disabledReason = "pgbouncer is not installed")
class PgBouncerOutcomeTests {

	private static final List<PgBouncer> bouncers = new ArrayList<>();

	private static EmbeddedCluster cluster;

	private static NexsPostgres postgres;

	@BeforeAll
	static void start() throws SQLException {
		cluster = OutcomeFixture.cluster(1);
		cluster.nodes().forEach((node) -> bouncers.add(PgBouncer.beforeRelay(node)));
		postgres = NexsPostgres
			.of("postgres://postgres@" + bouncers.stream().map(PgBouncer::address).collect(Collectors.joining(","))
					+ "/postgres")
			.pool(PoolSettings.defaults().withPooler(Pooler.PGBOUNCER))
			.monitor(MonitorSettings.defaults())
			.commit((monitor, pools) -> OutcomeFixture.armed(monitor, pools, OutcomeFixture.LONG))
			.start();
		Awaitility.await().atMost(OutcomeFixture.LONG).until(() -> postgres.monitor().topology().hasPrimary());
	}

	@AfterAll
	static void stop() {
		postgres.close();
		bouncers.forEach(PgBouncer::close);
		cluster.close();
	}

	@BeforeEach
	void clean() throws SQLException {
		OutcomeFixture.execute(cluster, "truncate item, " + MarkerTable.DEFAULT_NAME);
	}

	@Test
	void transactionLeavesAMarker() throws SQLException {
		assertThat(insert(1)).isNull();
		assertThat(ask("select count(*) from " + MarkerTable.DEFAULT_NAME)).isEqualTo("1");
	}

	@Test
	void commitWhoseAnswerWasCutOffIsCommitted() throws SQLException {
		CutRule rule = cluster.primary().relay().onServerBytes(OutcomeFixture.ANSWER, CutPoint.BEFORE);
		assertThat(insert(1)).isNull();
		assertThat(rule.fired()).isTrue();
		assertThat(ask("select count(*) from item where id = 1")).isEqualTo("1");
	}

	@Test
	void commitThatDidNotReachTheServerIsRolledBack() throws SQLException {
		CutRule rule = cluster.primary().relay().onClientBytes(OutcomeFixture.MARKER, CutPoint.BEFORE);
		assertThat(insert(1)).isInstanceOf(SQLTransactionRollbackException.class);
		assertThat(rule.fired()).isTrue();
		assertThat(ask("select count(*) from item where id = 1")).isEqualTo("0");
	}

	private static Throwable insert(int id) throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection()) {
			return OutcomeFixture.insert(connection, id);
		}
	}

	private static String ask(String sql) throws SQLException {
		return OutcomeFixture.ask(cluster, sql);
	}

}
