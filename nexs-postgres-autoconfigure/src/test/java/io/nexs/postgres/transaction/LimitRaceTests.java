package io.nexs.postgres.transaction;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.limits.LimitSettings;
import io.nexs.postgres.limits.QueryLimitException;
import io.nexs.postgres.routing.NexsPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Statements that take about as long as their limit, with COMMIT and other work at once
 * after them, while COMMIT has a synchronous standby to wait for.
 */
class LimitRaceTests {

	private static final Logger logger = LoggerFactory.getLogger(LimitRaceTests.class);

	private static final Duration LIMIT = Duration.ofMillis(5);

	private static final int THREADS = 4;

	private static final int ROUNDS = Integer.getInteger("race.rounds", 1000);

	private final AtomicInteger exceeded = new AtomicInteger();

	private final Set<Integer> inTime = ConcurrentHashMap.newKeySet();

	@Test
	void limitThatIsOverWhenItsStatementReturnsReachesNothingElse() throws Exception {
		try (EmbeddedCluster cluster = OutcomeFixture.cluster(1)) {
			OutcomeFixture.execute(cluster, "create table entry (id int)");
			cluster.synchronousReplication(true);
			try (NexsPostgres postgres = NexsPostgres.of(cluster.dsn())
				.monitor(MonitorSettings.defaults())
				.limits(LimitSettings.of(Duration.ofMinutes(1), LIMIT, Duration.ofMinutes(1), Duration.ZERO))
				.commit((monitor, pools) -> new PlainCommit(monitor))
				.start()) {
				Awaitility.await().atMost(OutcomeFixture.LONG).until(() -> postgres.monitor().topology().hasPrimary());
				List<CompletableFuture<Void>> threads = new ArrayList<>();
				for (int i = 0; i < THREADS; i++) {
					int thread = i;
					threads.add(CompletableFuture.runAsync(() -> run(postgres, thread)));
				}
				for (CompletableFuture<Void> thread : threads) {
					thread.get(300, TimeUnit.SECONDS);
				}
			}
			assertThat(entries(cluster)).isEqualTo(new TreeSet<>(this.inTime));
		}
		logger.info("{} in time, {} exceeded", this.inTime.size(), this.exceeded);
		assertThat(this.inTime.size()).isGreaterThan(THREADS * ROUNDS / 20);
		assertThat(this.exceeded.get()).isGreaterThan(THREADS * ROUNDS / 20);
	}

	private static Set<Integer> entries(EmbeddedCluster cluster) throws SQLException {
		Set<Integer> entries = new TreeSet<>();
		try (Connection connection = cluster.primary().connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select id from entry")) {
			while (rows.next()) {
				entries.add(rows.getInt(1));
			}
		}
		return entries;
	}

	private void run(NexsPostgres postgres, int thread) {
		Random random = new Random(thread);
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement();
				Statement batch = connection.createStatement()) {
			double around = 0.0035;
			for (int i = 0; i < ROUNDS; i++) {
				boolean autoCommit = random.nextInt(3) == 0;
				connection.setAutoCommit(autoCommit);
				boolean came = isInTime(statement, thread * ROUNDS + i, around + random.nextDouble() * 0.0004);
				around += came ? 0.0001 : -0.0001;
				if (autoCommit) {
					continue;
				}
				if (!came) {
					connection.rollback();
				}
				else if (random.nextBoolean()) {
					connection.commit();
					assertThat(CommitEvidence.hasWarning(connection.getWarnings())).isFalse();
				}
				else {
					batch.addBatch("select pg_sleep(0.002)");
					batch.executeBatch();
					connection.commit();
				}
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Aims at the limit, whatever the load.
	 */
	private boolean isInTime(Statement statement, int id, double seconds) throws SQLException {
		try {
			statement.executeUpdate("insert into entry select " + id + " from pg_sleep(" + seconds + ")");
			this.inTime.add(id);
			return true;
		}
		catch (QueryLimitException ex) {
			this.exceeded.incrementAndGet();
			return false;
		}
	}

}
