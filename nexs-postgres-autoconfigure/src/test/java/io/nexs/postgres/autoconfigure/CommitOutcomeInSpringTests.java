package io.nexs.postgres.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.nexs.postgres.autoconfigure.jpa.JpaApplication;
import io.nexs.postgres.embedded.CutPoint;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.transaction.MarkerTable;
import io.nexs.postgres.transaction.UnknownOutcomeException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What Spring's transactions tell of a COMMIT that was lost.
 */
class CommitOutcomeInSpringTests {

	private static final byte[] MARKER = "pg_current_xact_id_if_assigned".getBytes(StandardCharsets.UTF_8);

	private static final byte[] ANSWER = "COMMIT\0".getBytes(StandardCharsets.UTF_8);

	private static EmbeddedCluster cluster;

	private static RunningApplication application;

	private final AtomicInteger completion = new AtomicInteger(-1);

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(0).start();
		execute(new MarkerTable(MarkerTable.DEFAULT_NAME).ddl());
		application = RunningApplication.start(JpaApplication.class, "nexs.db.dsn=" + cluster.dsn(),
				"spring.flyway.locations=classpath:db/migration/orders", "spring.flyway.baseline-on-migrate=true",
				"spring.flyway.baseline-version=0", "nexs.db.transaction.outcome=marker",
				"nexs.db.transaction.resolve-timeout=500ms", "nexs.db.pool.socket-timeout=10s",
				"nexs.db.pool.driver-properties.prepareThreshold=0");
		execute("create function wait_for_lock() returns trigger language plpgsql as"
				+ " 'begin perform pg_advisory_xact_lock_shared(42); return null; end'");
		execute("create constraint trigger waiting after insert on item"
				+ " deferrable initially deferred for each row execute function wait_for_lock()");
	}

	@AfterAll
	static void stop() {
		application.close();
		cluster.close();
	}

	@BeforeEach
	void truncate() throws SQLException {
		execute("truncate item");
	}

	@ParameterizedTest
	@EnumSource(Manager.class)
	void callerOfACommitThatIsFoundSeesNothing(Manager manager) throws SQLException {
		cluster.primary().relay().onServerBytes(ANSWER, CutPoint.BEFORE);
		assertThat(catchThrowable(() -> insert(manager))).isNull();
		assertThat(this.completion).hasValue(TransactionSynchronization.STATUS_COMMITTED);
		assertThat(items()).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource(Manager.class)
	void callerOfACommitThatIsRolledBackSeesATransientFailure(Manager manager) throws SQLException {
		cluster.primary().relay().onClientBytes(MARKER, CutPoint.BEFORE);
		assertThat(catchThrowable(() -> insert(manager))).isInstanceOf(TransientDataAccessException.class)
			.isExactlyInstanceOf(PessimisticLockingFailureException.class);
		assertThat(items()).isZero();
	}

	@ParameterizedTest
	@EnumSource(Manager.class)
	void callerOfACommitThatIsUnknownSeesThatAndNothingElse(Manager manager) throws Exception {
		try (Connection holder = cluster.primary().connect(); Statement lock = holder.createStatement()) {
			lock.execute("select pg_advisory_lock(42)");
			CompletableFuture<@Nullable Throwable> caller = CompletableFuture
				.supplyAsync(() -> catchThrowable(() -> insert(manager)));
			Awaitility.await().until(() -> count("pg_stat_activity where wait_event = 'advisory'") == 1);
			cluster.primary().relay().reset();
			assertThat(caller.get(30, TimeUnit.SECONDS)).isExactlyInstanceOf(DataAccessResourceFailureException.class)
				.isNotInstanceOf(TransientDataAccessException.class)
				.satisfies((ex) -> assertThat(hasUnknown(ex)).isTrue());
			assertThat(this.completion).hasValue((manager == Manager.JDBC) ? TransactionSynchronization.STATUS_UNKNOWN
					: TransactionSynchronization.STATUS_ROLLED_BACK);
			lock.execute("select pg_advisory_unlock(42)");
		}
		Awaitility.await().until(() -> items() == 1);
	}

	private static boolean hasUnknown(Throwable failure) {
		for (Throwable current = failure; current != null; current = current.getCause()) {
			if (current instanceof UnknownOutcomeException) {
				return true;
			}
		}
		return false;
	}

	private void insert(Manager manager) {
		DataSource dataSource = application.bean(DataSource.class);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		new TransactionTemplate(manager.of(dataSource)).executeWithoutResult((status) -> {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCompletion(int completed) {
					CommitOutcomeInSpringTests.this.completion.set(completed);
				}

			});
			jdbc.update("insert into item (name) values ('a')");
		});
	}

	private static long items() throws SQLException {
		return count("item");
	}

	private static long count(String from) throws SQLException {
		try (Connection connection = cluster.primary().connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select count(*) from " + from)) {
			row.next();
			return row.getLong(1);
		}
	}

	private static void execute(String sql) throws SQLException {
		try (Connection connection = cluster.primary().connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Who says COMMIT.
	 */
	enum Manager {

		JDBC {
			@Override
			PlatformTransactionManager of(DataSource dataSource) {
				return new JdbcTransactionManager(dataSource);
			}
		},

		JPA {
			@Override
			PlatformTransactionManager of(DataSource dataSource) {
				return application.bean(JpaTransactionManager.class);
			}
		};

		abstract PlatformTransactionManager of(DataSource dataSource);

	}

}
