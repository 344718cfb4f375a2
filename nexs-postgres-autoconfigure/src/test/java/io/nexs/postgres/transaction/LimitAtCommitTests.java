package io.nexs.postgres.transaction;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.embedded.CutPoint;
import io.nexs.postgres.embedded.CutRule;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.limits.LimitSettings;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.routing.NexsPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * A COMMIT that waits for its synchronous standby for longer than all limits: it returns
 * when the standby is back, and is not canceled, which would turn it into a success that
 * is not replicated.
 */
class LimitAtCommitTests {

	private static final Duration LIMIT = Duration.ofMillis(100);

	/** Longer than limit, backstop and grace together. */
	private static final Duration FROZEN = Duration.ofMillis(700);

	private static EmbeddedCluster cluster;

	private NexsPostgres postgres;

	@BeforeAll
	static void startCluster() throws SQLException {
		cluster = OutcomeFixture.cluster(1);
		OutcomeFixture.execute(cluster, "create table entry (id int)");
		cluster.synchronousReplication(true);
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@BeforeEach
	void clean() throws SQLException {
		OutcomeFixture.execute(cluster, "truncate entry, " + MarkerTable.DEFAULT_NAME);
	}

	@AfterEach
	void stop() {
		standby().thaw();
		this.postgres.close();
	}

	static Stream<Arguments> ways() {
		return Stream.of("simple", "extended")
			.flatMap((mode) -> Stream.of(true, false)
				.flatMap((marker) -> Stream.of(Write.values()).map((write) -> Arguments.of(mode, marker, write))));
	}

	@ParameterizedTest
	@MethodSource("ways")
	void commitThatWaitsForItsStandbyIsNotCanceled(String mode, boolean marker, Write write) throws Exception {
		this.postgres = start(mode, marker);
		try (Connection connection = this.postgres.dataSource().getConnection()) {
			write.prepare(connection);
			standby().freeze();
			CompletableFuture<Void> written = CompletableFuture.runAsync(() -> write.in(connection));
			assertThatExceptionOfType(TimeoutException.class)
				.isThrownBy(() -> written.get(FROZEN.toMillis(), TimeUnit.MILLISECONDS));
			standby().thaw();
			written.get(20, TimeUnit.SECONDS);
			assertThat(CommitEvidence.hasWarning(connection.getWarnings())).isFalse();
		}
		assertThat(OutcomeFixture.ask(cluster, "select count(*) from entry")).isEqualTo("1");
		assertThat(replicated()).isEqualTo("1");
		if (marker) {
			assertThat(OutcomeFixture.ask(cluster, "select count(*) from " + MarkerTable.DEFAULT_NAME)).isEqualTo("1");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void commitWhoseWaitSomebodyElseCancelsIsNotTakenForSuccess(boolean marker) throws Exception {
		this.postgres = start("extended", marker);
		try (Connection connection = this.postgres.dataSource().getConnection()) {
			standby().freeze();
			CompletableFuture<Throwable> written = CompletableFuture
				.supplyAsync(() -> catchThrowable(() -> Write.TRANSACTION.write(connection)));
			Awaitility.await()
				.atMost(OutcomeFixture.LONG)
				.until(() -> "t".equals(OutcomeFixture.ask(cluster, "select coalesce(bool_or(pg_cancel_backend(pid)),"
						+ " false) from pg_stat_activity where wait_event = 'SyncRep'")));
			if (marker) {
				// The claim waits for the standby too
				assertThatExceptionOfType(TimeoutException.class)
					.isThrownBy(() -> written.get(FROZEN.toMillis(), TimeUnit.MILLISECONDS));
			}
			else {
				assertThat(written.get(20, TimeUnit.SECONDS)).isInstanceOf(UnknownOutcomeException.class);
			}
			standby().thaw();
			assertThat(written.get(40, TimeUnit.SECONDS) == null).isEqualTo(marker);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void backstopIsSwitchedOffInTheRoundTripOfCommit(boolean marker) throws Exception {
		this.postgres = start("extended", marker);
		CutRule rule = cluster.primary()
			.relay()
			.onClientBytes("statement_timeout = 0".getBytes(StandardCharsets.UTF_8), CutPoint.BEFORE);
		try (Connection connection = this.postgres.dataSource().getConnection()) {
			Throwable failure = catchThrowable(() -> Write.TRANSACTION.write(connection));
			assertThat(rule.fired()).isTrue();
			assertThat(failure)
				.isInstanceOf(marker ? SQLTransactionRollbackException.class : UnknownOutcomeException.class);
		}
		assertThat(OutcomeFixture.ask(cluster, "select count(*) from entry")).isEqualTo("0");
	}

	private static EmbeddedNode standby() {
		return cluster.node("node-2");
	}

	private static String replicated() throws SQLException {
		try (Connection connection = standby().connect(); Statement statement = connection.createStatement()) {
			Awaitility.await().atMost(OutcomeFixture.LONG).until(() -> count(statement).equals("1"));
			return count(statement);
		}
	}

	private static String count(Statement statement) throws SQLException {
		try (ResultSet row = statement.executeQuery("select count(*) from entry")) {
			row.next();
			return row.getString(1);
		}
	}

	private static NexsPostgres start(String mode, boolean marker) {
		NexsPostgres started = NexsPostgres.of(cluster.dsn())
			.monitor(MonitorSettings.defaults())
			.pool(PoolSettings.defaults().withMaxConns(1).withDriverProperties(Map.of("preferQueryMode", mode)))
			.limits(LimitSettings.all(LIMIT).withBackstop(LIMIT).withGrace(LIMIT))
			.commit((monitor, pools) -> marker ? OutcomeFixture.armed(monitor, pools, OutcomeFixture.LONG)
					: new PlainCommit(monitor))
			.start();
		Awaitility.await().atMost(OutcomeFixture.LONG).until(() -> started.monitor().topology().hasPrimary());
		return started;
	}

	/**
	 * Ways to write one row.
	 */
	enum Write {

		TRANSACTION {

			@Override
			void write(Connection connection) throws SQLException {
				connection.setAutoCommit(false);
				try (Statement statement = connection.createStatement()) {
					statement.executeUpdate("insert into entry values (1)");
				}
				connection.commit();
			}

		},

		PREPARED_IN_TRANSACTION {

			@Override
			void write(Connection connection) throws SQLException {
				connection.setAutoCommit(false);
				prepared(connection);
				connection.commit();
			}

		},

		BATCH_IN_TRANSACTION {

			@Override
			void write(Connection connection) throws SQLException {
				connection.setAutoCommit(false);
				try (Statement statement = connection.createStatement()) {
					statement.execute("select 1");
				}
				batch(connection);
				connection.commit();
			}

		},

		AUTO_COMMIT {

			@Override
			void write(Connection connection) throws SQLException {
				try (Statement statement = connection.createStatement()) {
					statement.executeUpdate("insert into entry values (1)");
				}
			}

		},

		PREPARED_AUTO_COMMIT {

			@Override
			void write(Connection connection) throws SQLException {
				prepared(connection);
			}

		},

		RETURNING_AUTO_COMMIT {

			@Override
			void write(Connection connection) throws SQLException {
				try (Statement statement = connection.createStatement()) {
					statement.executeQuery("insert into entry values (1) returning id");
				}
			}

		},

		BATCH_AUTO_COMMIT {

			@Override
			void write(Connection connection) throws SQLException {
				batch(connection);
			}

		},

		COPY_AUTO_COMMIT {

			@Override
			void prepare(Connection connection) throws SQLException {
				connection.unwrap(PGConnection.class);
			}

			@Override
			void write(Connection connection) throws SQLException {
				CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy entry from stdin");
				copy.writeToCopy(new byte[] { '1', '\n' }, 0, 2);
				copy.endCopy();
			}

		};

		void prepare(Connection connection) throws SQLException {
			// Most take their route with the first statement
		}

		abstract void write(Connection connection) throws SQLException;

		void in(Connection connection) {
			try {
				write(connection);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private static void prepared(Connection connection) throws SQLException {
			try (PreparedStatement statement = connection.prepareStatement("insert into entry values (?)")) {
				statement.setInt(1, 1);
				statement.executeUpdate();
			}
		}

		private static void batch(Connection connection) throws SQLException {
			try (PreparedStatement statement = connection.prepareStatement("insert into entry values (?)")) {
				statement.setInt(1, 1);
				statement.addBatch();
				statement.executeBatch();
			}
		}

	}

}
