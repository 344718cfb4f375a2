package io.nexs.postgres.transaction;

import java.nio.charset.StandardCharsets;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.Term;
import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.embedded.CutPoint;
import io.nexs.postgres.embedded.CutRule;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.Relay;
import io.nexs.postgres.routing.CommitProtocol;
import io.nexs.postgres.routing.CountingSocketFactory;
import io.nexs.postgres.routing.OpenTransaction;
import io.nexs.postgres.routing.Route;
import io.nexs.postgres.routing.RouteReason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Updates and batches in autocommit mode, with the marker and without.
 */
class AutoCommitOutcomeTests {

	private static final byte[] INSERT = "insert into item".getBytes(StandardCharsets.UTF_8);

	private static EmbeddedCluster cluster;

	private OutcomeFixture fixture;

	@BeforeAll
	static void startCluster() throws SQLException {
		cluster = OutcomeFixture.cluster(1);
		OutcomeFixture.execute(cluster, "create table slow (id int)");
		OutcomeFixture.execute(cluster, "create procedure commits() language plpgsql as"
				+ " 'begin insert into item values (7); commit; insert into item values (8); end'");
		OutcomeFixture.execute(cluster, "create procedure commits_from(n int) language plpgsql as"
				+ " 'begin insert into item values (n); commit; insert into item values (n + 1); end'");
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@BeforeEach
	void start() throws SQLException {
		OutcomeFixture.execute(cluster, "truncate item, slow, " + MarkerTable.DEFAULT_NAME);
		this.fixture = OutcomeFixture.marker(cluster, OutcomeFixture.LONG);
	}

	@AfterEach
	void stop() {
		this.fixture.close();
	}

	private static Relay relay() {
		return cluster.primary().relay();
	}

	private Connection connection() throws SQLException {
		return this.fixture.postgres().dataSource().getConnection();
	}

	private int update(String sql) throws SQLException {
		try (Connection connection = connection(); PreparedStatement statement = connection.prepareStatement(sql)) {
			return statement.executeUpdate();
		}
	}

	@Test
	void updateWithTheMarkerTakesTheRoundTripOfCommitMore() throws SQLException {
		long lowest = Long.MAX_VALUE;
		for (int i = 0; i < 10; i++) {
			long before = CountingSocketFactory.roundTrips();
			assertThat(update("insert into item values (" + i + ")")).isOne();
			lowest = Math.min(lowest, CountingSocketFactory.roundTrips() - before);
		}
		assertThat(lowest).isEqualTo(2);
		assertThat(this.fixture.markers()).isEqualTo(10);
	}

	@Test
	void connectionAfterAnUpdateIsInAutoCommitModeAndIdle() throws SQLException {
		try (Connection connection = connection(); Statement statement = connection.createStatement()) {
			statement.executeUpdate("insert into item values (1)");
			assertThat(connection.getAutoCommit()).isTrue();
			assertThat(this.fixture.count("pg_stat_activity where state like 'idle in transaction%'")).isZero();
			assertThat(this.fixture.has(1)).isTrue();
		}
	}

	@Test
	void updateWhoseCommitDidNotArriveIsRolledBackAndSaysSo() throws SQLException {
		CutRule rule = relay().onClientBytes(OutcomeFixture.MARKER, CutPoint.BEFORE);
		assertThatExceptionOfType(SQLTransactionRollbackException.class)
			.isThrownBy(() -> update("insert into item values (1)"))
			.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("40000"));
		assertThat(rule.fired()).isTrue();
		assertThat(this.fixture.has(1)).isFalse();
	}

	@Test
	void updateWhoseCommitWasNotAnsweredIsDoneOnce() throws SQLException {
		CutRule rule = relay().onServerBytes(OutcomeFixture.ANSWER, CutPoint.BEFORE);
		assertThat(update("insert into item values (1)")).isOne();
		assertThat(rule.fired()).isTrue();
		assertThat(this.fixture.has(1)).isTrue();
	}

	@Test
	void updateWhoseConnectionIsLostBeforeCommitIsSaidAgain() throws SQLException {
		CutRule rule = relay().onClientBytes(INSERT, CutPoint.AFTER);
		assertThat(update("insert into item values (1)")).isOne();
		assertThat(rule.fired()).isTrue();
		assertThat(this.fixture.has(1)).isTrue();
		assertThat(this.fixture.markers()).isOne();
	}

	@Test
	void statementThatReturnsRowsIsNotSaidAgainBecauseAnUpdateFailed() throws SQLException {
		try (Connection connection = connection(); Statement statement = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.executeUpdate("update nothing"));
			connection.setReadOnly(true);
			connection.setReadOnly(false);
			CutRule rule = relay().onClientBytes(INSERT, CutPoint.AFTER);
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.executeQuery("insert into item values (2) returning id"))
				.satisfies((ex) -> assertThat(ex.getSQLState()).startsWith("08"));
			assertThat(rule.fired()).isTrue();
		}
	}

	@Test
	void batchIsOneTransaction() throws SQLException {
		try (Connection connection = connection(); Statement statement = connection.createStatement()) {
			statement.addBatch("insert into item values (1)");
			statement.addBatch("insert into item values (2)");
			assertThat(statement.executeBatch()).containsExactly(1, 1);
			statement.addBatch("insert into item values (3)");
			statement.addBatch("insert into nothing values (4)");
			assertThatExceptionOfType(BatchUpdateException.class).isThrownBy(statement::executeBatch)
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("42P01"));
			assertThat(connection.getAutoCommit()).isTrue();
		}
		assertThat(this.fixture.count("item")).isEqualTo(2);
		assertThat(this.fixture.markers()).isOne();
	}

	@Test
	void failedUpdateLeavesAUsableConnection() throws SQLException {
		try (Connection connection = connection(); Statement statement = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.executeUpdate("update nothing"))
				.satisfies((ex) -> assertThat(ex.getSQLState()).startsWith("42"));
			assertThat(statement.executeUpdate("insert into item values (1)")).isOne();
		}
		assertThat(this.fixture.has(1)).isTrue();
	}

	@Test
	void whatTheServerRefusesInATransactionRunsWithoutOne() throws SQLException {
		assertThat(update("vacuum item")).isZero();
		assertThat(update("create index concurrently item_slow on slow (id)")).isZero();
		update("call commits()");
		assertThat(this.fixture.count("item")).isEqualTo(2);
		assertThat(this.fixture.markers()).isZero();
		OutcomeFixture.execute(cluster, "drop index item_slow");
	}

	@Test
	void batchThatTheServerRefusesInATransactionRunsWithoutOne() throws SQLException {
		try (Connection connection = connection(); Statement statement = connection.createStatement()) {
			statement.addBatch("call commits()");
			assertThat(statement.executeBatch()).hasSize(1);
		}
		assertThat(this.fixture.count("item")).isEqualTo(2);
	}

	@Test
	void preparedBatchThatTheServerRefusesInATransactionRunsWithoutOne() throws SQLException {
		try (Connection connection = connection();
				PreparedStatement statement = connection.prepareStatement("call commits_from(?)")) {
			statement.setInt(1, 20);
			statement.addBatch();
			statement.setInt(1, 40);
			assertThat(statement.executeBatch()).hasSize(1);
			assertThat(this.fixture.count("item where id in (20, 21)")).isEqualTo(2);
			statement.executeUpdate();
		}
		assertThat(this.fixture.count("item where id in (40, 41)")).isEqualTo(2);
	}

	@Test
	void batchTooLongToBeSaidAgainFailsWithoutEffect() throws SQLException {
		try (Connection connection = connection(); Statement statement = connection.createStatement()) {
			for (int i = 0; i < 1500; i++) {
				statement.addBatch("insert into item values (" + (100 + i) + ")");
			}
			statement.addBatch("call commits()");
			assertThatExceptionOfType(BatchUpdateException.class).isThrownBy(statement::executeBatch)
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("2D000"));
		}
		assertThat(this.fixture.count("item")).isZero();
	}

	@Test
	void updateInATransactionBegunByAStatementIsPartOfIt() throws SQLException {
		try (Connection connection = connection(); Statement statement = connection.createStatement()) {
			statement.execute("begin");
			statement.executeUpdate("insert into item values (1)");
			statement.addBatch("insert into item values (2)");
			statement.executeBatch();
			statement.execute("rollback");
			statement.executeUpdate("insert into item values (3)");
		}
		assertThat(this.fixture.count("item")).isOne();
		assertThat(this.fixture.has(3)).isTrue();
		assertThat(this.fixture.markers()).isOne();
	}

	@Test
	void generatedKeysAreAllThereWhateverTheFetchSize() throws SQLException {
		try (Connection connection = connection();
				PreparedStatement statement = connection.prepareStatement(
						"insert into item select generate_series(1, 5)", Statement.RETURN_GENERATED_KEYS)) {
			statement.setFetchSize(2);
			assertThat(statement.executeUpdate()).isEqualTo(5);
			int keys = 0;
			try (ResultSet rows = statement.getGeneratedKeys()) {
				while (rows.next()) {
					keys++;
				}
			}
			assertThat(keys).isEqualTo(5);
			assertThat(statement.getFetchSize()).isEqualTo(2);
		}
	}

	@Test
	void generatedKeysAreThere() throws SQLException {
		try (Connection connection = connection();
				PreparedStatement statement = connection.prepareStatement("insert into item values (?)",
						Statement.RETURN_GENERATED_KEYS)) {
			statement.setInt(1, 5);
			assertThat(statement.executeUpdate()).isOne();
			try (ResultSet keys = statement.getGeneratedKeys()) {
				assertThat(keys.next()).isTrue();
				assertThat(keys.getInt(1)).isEqualTo(5);
			}
		}
		assertThat(this.fixture.markers()).isOne();
	}

	@Test
	void statementThatReturnsAfterANewerPrimaryWasSeenIsInDoubt() throws SQLException {
		CommitProtocol plain = new PlainCommit(this.fixture.postgres().monitor());
		Term now = this.fixture.postgres().monitor().term();
		try (Connection connection = connection()) {
			plain.acknowledged(new OldStatement(connection, now));
			OldStatement old = new OldStatement(connection, new Term(now.systemIdentifier(), now.timeline() - 1));
			assertThatExceptionOfType(UnknownOutcomeException.class).isThrownBy(() -> plain.acknowledged(old))
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("08007"));
			assertThat(old.abandoned.get()).isTrue();
		}
	}

	@Test
	void statementsInAutoCommitModeAreAskedForTheirTerm() throws SQLException {
		this.fixture.close();
		Queue<Term> terms = new ConcurrentLinkedQueue<>();
		this.fixture = OutcomeFixture.with(cluster, (monitor, pools) -> new CommitProtocol() {

			@Override
			public void commit(OpenTransaction transaction) throws SQLException {
				transaction.connection().commit();
			}

			@Override
			public void acknowledged(OpenTransaction statement) throws SQLException {
				terms.add(statement.term());
			}

		});
		Term now = this.fixture.postgres().monitor().term();
		update("insert into item values (1)");
		try (Connection connection = connection(); Statement statement = connection.createStatement()) {
			statement.executeQuery("insert into item values (2) returning id");
			connection.setReadOnly(true);
			statement.executeQuery("select 1");
		}
		assertThat(terms).containsExactly(now, now);
	}

	/**
	 * A statement of another term than the present one.
	 */
	private record OldStatement(Connection connection, Term term, AtomicBoolean abandoned) implements OpenTransaction {

		OldStatement(Connection connection, Term term) {
			this(connection, term, new AtomicBoolean());
		}

		@Override
		public Route route() {
			Node node = new Node("node-1", PostgresDsn.parse("postgres://localhost/db"), 1, null, Set.of());
			return new Route(node, NodeRole.PRIMARY, RouteReason.WRITE_TRANSACTION);
		}

		@Override
		public boolean isRead() {
			return false;
		}

		@Override
		public void abandon() {
			this.abandoned.set(true);
		}

	}

}
