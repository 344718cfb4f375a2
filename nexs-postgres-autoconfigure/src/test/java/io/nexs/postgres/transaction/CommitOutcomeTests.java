package io.nexs.postgres.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

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
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What a caller is told of a COMMIT, and what the server has of it, while one node stays
 * the primary.
 */
class CommitOutcomeTests {

	private static EmbeddedCluster cluster;

	private OutcomeFixture fixture;

	@BeforeAll
	static void startCluster() throws SQLException {
		cluster = OutcomeFixture.cluster(1);
		OutcomeFixture.execute(cluster, "create table slow (id int)");
		OutcomeFixture.execute(cluster, "create function wait_for_lock() returns trigger language plpgsql as"
				+ " 'begin perform pg_advisory_xact_lock(42); return null; end'");
		OutcomeFixture.execute(cluster, "create constraint trigger waiting after insert on slow"
				+ " deferrable initially deferred for each row execute function wait_for_lock()");
		OutcomeFixture.execute(cluster, "create table warned (id int)");
		OutcomeFixture.execute(cluster, "create function warn() returns trigger language plpgsql as"
				+ " 'begin raise warning ''careful''; return null; end'");
		OutcomeFixture.execute(cluster, "create constraint trigger warning after insert on warned"
				+ " deferrable initially deferred for each row execute function warn()");
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@BeforeEach
	void start() throws SQLException {
		OutcomeFixture.execute(cluster, "truncate item, slow, warned, " + MarkerTable.DEFAULT_NAME);
		this.fixture = OutcomeFixture.marker(cluster, OutcomeFixture.LONG);
	}

	@AfterEach
	void stop() {
		this.fixture.close();
	}

	private static Relay relay() {
		return cluster.primary().relay();
	}

	private void use(OutcomeFixture other) {
		this.fixture.close();
		this.fixture = other;
	}

	@Test
	void markerCostsNoRoundTrip() throws SQLException {
		long lowest = Long.MAX_VALUE;
		for (int i = 0; i < 10; i++) {
			long before = CountingSocketFactory.roundTrips();
			assertThat(this.fixture.insert(i)).isNull();
			lowest = Math.min(lowest, CountingSocketFactory.roundTrips() - before);
		}
		assertThat(lowest).isEqualTo(2);
		assertThat(this.fixture.markers()).isEqualTo(10);
	}

	@Test
	void transactionThatWroteNothingLeavesNoMarkerAndNoWal() throws SQLException {
		long lowest = Long.MAX_VALUE;
		try (Connection connection = this.fixture.postgres().dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			for (int i = 0; i < 10; i++) {
				long before = position();
				statement.execute("select count(*) from item");
				connection.commit();
				lowest = Math.min(lowest, position() - before);
			}
		}
		assertThat(lowest).isZero();
		assertThat(this.fixture.markers()).isZero();
	}

	private static long position() throws SQLException {
		return Long
			.parseLong(OutcomeFixture.ask(cluster, "select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint"));
	}

	@Test
	void readOnlyTransactionIsCommittedPlainly() throws SQLException {
		CutRule rule = relay().onClientBytes(OutcomeFixture.MARKER, CutPoint.BEFORE);
		CutRule replica = cluster.replicas().get(0).relay().onClientBytes(OutcomeFixture.MARKER, CutPoint.BEFORE);
		try (Connection connection = this.fixture.postgres().dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			statement.execute("select count(*) from item");
			connection.commit();
		}
		assertThat(rule.fired() || replica.fired()).isFalse();
		rule.cancel();
		replica.cancel();
	}

	@Test
	void violationAtCommitReachesTheCallerAsItself() throws SQLException {
		assertThat(this.fixture.insert(1)).isNull();
		assertThat(this.fixture.insert(1)).isNotNull()
			.satisfies((ex) -> assertThat(((SQLException) ex).getSQLState()).isEqualTo("23505"));
		assertThat(this.fixture.markers()).isEqualTo(1);
	}

	@Test
	void failedTransactionIsNotReportedAsCommitted() throws SQLException {
		assertFailedTransactionIsNotCommitted();
		use(OutcomeFixture.plain(cluster));
		assertFailedTransactionIsNotCommitted();
	}

	private void assertFailedTransactionIsNotCommitted() throws SQLException {
		try (Connection connection = this.fixture.postgres().dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("insert into item values (1)");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("select 1 / 0"));
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit)
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("25P02"));
		}
		assertThat(this.fixture.has(1)).isFalse();
	}

	@Test
	void commitThatDidNotReachTheServerIsRolledBack() throws SQLException {
		CutRule rule = relay().onClientBytes(OutcomeFixture.MARKER, CutPoint.BEFORE);
		assertThat(this.fixture.insert(1)).isInstanceOf(SQLTransactionRollbackException.class)
			.hasMessageContaining("node-1 (primary when the transaction began, route write-transaction)")
			.satisfies((ex) -> assertThat(((SQLException) ex).getSQLState()).isEqualTo("40000"));
		assertThat(rule.fired()).isTrue();
		assertThat(this.fixture.has(1)).isFalse();
	}

	@Test
	void commitThatRacesWithTheClaimIsWhatTheCallerIsTold() throws SQLException {
		for (int i = 0; i < 20; i++) {
			CutRule rule = relay().onClientBytes(OutcomeFixture.MARKER, CutPoint.AFTER);
			Throwable failure = this.fixture.insert(i);
			assertThat(rule.fired()).isTrue();
			if (failure != null) {
				assertThat(failure).isInstanceOf(SQLTransactionRollbackException.class);
			}
			assertThat(this.fixture.has(i)).isEqualTo(failure == null);
		}
	}

	@Test
	void commitWhoseAnswerWasCutOffIsCommitted() throws SQLException {
		CutRule rule = relay().onServerBytes(OutcomeFixture.ANSWER, CutPoint.BEFORE);
		assertThat(this.fixture.insert(1)).isNull();
		assertThat(rule.fired()).isTrue();
		assertThat(this.fixture.has(1)).isTrue();
	}

	@Test
	void commitWhoseAnswerCameBeforeTheEndIsCommitted() throws SQLException {
		CutRule rule = relay().onServerBytes(OutcomeFixture.ANSWER, CutPoint.AFTER);
		assertThat(this.fixture.insert(1)).isNull();
		assertThat(rule.fired()).isTrue();
		assertThat(this.fixture.has(1)).isTrue();
	}

	@Test
	void handleIsUsableAfterAResolvedCommit() throws SQLException {
		relay().onServerBytes(OutcomeFixture.ANSWER, CutPoint.BEFORE);
		try (Connection connection = this.fixture.postgres().dataSource().getConnection()) {
			assertThat(OutcomeFixture.insert(connection, 1)).isNull();
			assertThat(OutcomeFixture.insert(connection, 2)).isNull();
			connection.rollback();
		}
		assertThat(this.fixture.count("item")).isEqualTo(2);
		assertThat(this.fixture.postgres().pools().of("node-1").lent()).isZero();
	}

	@Test
	void claimWaitsForABackendThatIsStillWorking() throws Exception {
		try (Connection holder = cluster.primary().connect(); Statement lock = holder.createStatement()) {
			lock.execute("select pg_advisory_lock(42)");
			CompletableFuture<@Nullable Throwable> commit = loseACommitThatWaits();
			awaitWaiting("transactionid");
			assertThat(commit).isNotDone();
			lock.execute("select pg_advisory_unlock(42)");
			assertThat(OutcomeFixture.get(commit)).isNull();
		}
		assertThat(this.fixture.count("slow")).isEqualTo(1);
	}

	@Test
	void claimFindsABackendRolledBackThatWasKilled() throws Exception {
		try (Connection holder = cluster.primary().connect(); Statement lock = holder.createStatement()) {
			lock.execute("select pg_advisory_lock(42)");
			CompletableFuture<@Nullable Throwable> commit = loseACommitThatWaits();
			awaitWaiting("transactionid");
			lock.execute("select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'advisory'");
			assertThat(OutcomeFixture.get(commit)).isInstanceOf(SQLTransactionRollbackException.class);
		}
		assertThat(this.fixture.count("slow")).isZero();
	}

	@Test
	void claimThatWaitsTooLongLeavesTheOutcomeUnknown() throws Exception {
		use(OutcomeFixture.marker(cluster, Duration.ofMillis(500)));
		try (Connection holder = cluster.primary().connect(); Statement lock = holder.createStatement()) {
			lock.execute("select pg_advisory_lock(42)");
			CompletableFuture<Void> cut = CompletableFuture.runAsync(CommitOutcomeTests::loseWhatWaits);
			try (Connection connection = this.fixture.postgres().dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				connection.setAutoCommit(false);
				statement.executeUpdate("insert into slow values (1)");
				Throwable unknown = catchThrowable(connection::commit);
				assertThat(unknown).isInstanceOf(UnknownOutcomeException.class).hasMessageContaining("55P03");
				assertThat(((SQLException) unknown).getSQLState()).isEqualTo("08007");
				assertThat(catchThrowable(connection::rollback)).isNotSameAs(unknown)
					.hasCause(unknown)
					.hasMessage(unknown.getMessage());
				assertThat(catchThrowable(connection::commit)).isNotSameAs(unknown)
					.hasCause(unknown)
					.hasMessage(unknown.getMessage());
				connection.setAutoCommit(true);
				connection.setAutoCommit(false);
				connection.rollback();
				OutcomeFixture.get(cut);
			}
			lock.execute("select pg_advisory_unlock(42)");
		}
		Awaitility.await().atMost(OutcomeFixture.LONG).until(() -> this.fixture.count("slow") == 1);
	}

	/**
	 * The only connection goes to another thread that has waited for it. An interrupted
	 * thread cannot wait, so it would ask again and again.
	 */
	@Test
	void claimOfAnInterruptedThreadThatFindsNoConnectionEndsAtOnce() throws Exception {
		CountDownLatch done = new CountDownLatch(1);
		try (Connection connection = this.fixture.postgres().dataSource().getConnection()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.executeUpdate("insert into item values (1)");
			}
			CompletableFuture<Void> other = CompletableFuture.runAsync(() -> holdUntil(done));
			Awaitility.await()
				.pollDelay(Duration.ofMillis(1200))
				.until(() -> this.fixture.postgres().pools().of("node-1").snapshot().waiting() == 1);
			relay().onServerBytes(OutcomeFixture.ANSWER, CutPoint.BEFORE);
			Thread.currentThread().interrupt();
			long start = System.nanoTime();
			assertThatExceptionOfType(UnknownOutcomeException.class).isThrownBy(connection::commit);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
			assertThat(Thread.interrupted()).isTrue();
			done.countDown();
			OutcomeFixture.get(other);
		}
		finally {
			done.countDown();
		}
	}

	private void holdUntil(CountDownLatch done) {
		try (Connection connection = this.fixture.postgres().dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("select 1");
			done.await();
		}
		catch (SQLException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void commitThatComesAfterTheClaimFails() throws Exception {
		MarkerTable table = new MarkerTable(MarkerTable.DEFAULT_NAME);
		UUID id = MarkerId.next();
		try (Connection late = cluster.primary().connect(); Statement statement = late.createStatement()) {
			late.setAutoCommit(false);
			statement.executeUpdate("insert into item values (1)");
			MarkerClaim claim = new MarkerClaim(this.fixture.postgres().monitor(), this.fixture.postgres().pools(),
					MarkerSettings.defaults());
			for (int i = 0; i < 2; i++) {
				assertThatExceptionOfType(SQLTransactionRollbackException.class)
					.isThrownBy(() -> claim.resolve(new Transaction(late, null),
							new MarkerCommit.Marker(table, id, System.nanoTime()), "it was lost", null));
			}
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.execute(table.markAndCommit().replace("?", "'" + id + "'")))
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("23505"));
		}
		assertThat(this.fixture.has(1)).isFalse();
	}

	@Test
	void commitThatReturnedAfterAPromotionIsInDoubt() throws SQLException {
		use(OutcomeFixture.with(cluster, (monitor, pools) -> (transaction) -> ofAnEarlierTerm(
				OutcomeFixture.armed(monitor, pools, OutcomeFixture.LONG), transaction)));
		assertThat(this.fixture.insert(1)).isNull();
		assertThat(claimed()).isEqualTo(1);
		use(OutcomeFixture.with(cluster,
				(monitor, pools) -> (transaction) -> ofAnEarlierTerm(new PlainCommit(monitor), transaction)));
		assertThat(this.fixture.insert(2)).isInstanceOf(UnknownOutcomeException.class)
			.hasMessageContaining("another primary was known when it returned");
	}

	private static void ofAnEarlierTerm(CommitProtocol protocol, OpenTransaction transaction) throws SQLException {
		Term term = transaction.term();
		assertThat(term).isNotNull();
		protocol.commit(new Transaction(transaction, new Term(term.systemIdentifier(), term.timeline() - 1)));
	}

	/**
	 * A marker that was asked for is updated.
	 */
	private long claimed() throws SQLException {
		return this.fixture.count(MarkerTable.DEFAULT_NAME + " where xmax::text <> '0'");
	}

	@Test
	void warningAtCommitLeadsToAClaim() throws SQLException {
		try (Connection connection = this.fixture.postgres().dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("insert into warned values (1)");
			connection.commit();
		}
		assertThat(claimed()).isEqualTo(1);
	}

	@Test
	void plainCommitThatIsLostIsUnknown() throws SQLException {
		use(OutcomeFixture.plain(cluster));
		relay().onClientBytes(OutcomeFixture.PLAIN, CutPoint.AFTER);
		assertThat(this.fixture.insert(1)).isInstanceOf(UnknownOutcomeException.class)
			.hasMessageContaining("node-1 (primary when the transaction began, route write-transaction) is unknown");
		Awaitility.await().atMost(OutcomeFixture.LONG).until(() -> this.fixture.has(1));
		relay().onClientBytes(OutcomeFixture.PLAIN, CutPoint.BEFORE);
		assertThat(this.fixture.insert(2)).isInstanceOf(UnknownOutcomeException.class);
		assertThat(this.fixture.has(2)).isFalse();
		assertThat(this.fixture.count("item")).isEqualTo(1);
	}

	@Test
	void transactionWhoseConnectionWasLostBeforeCommitIsRolledBack() throws SQLException {
		try (Connection connection = this.fixture.postgres().dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("insert into item values (1)");
			relay().reset();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("select 1"));
			assertThatExceptionOfType(SQLTransactionRollbackException.class).isThrownBy(connection::commit);
			connection.rollback();
		}
		assertThat(this.fixture.has(1)).isFalse();
	}

	/**
	 * Cuts the connection while the server is inside COMMIT.
	 */
	private CompletableFuture<@Nullable Throwable> loseACommitThatWaits() {
		CompletableFuture<@Nullable Throwable> commit = CompletableFuture.supplyAsync(this::insertSlow);
		loseWhatWaits();
		return commit;
	}

	private static void loseWhatWaits() {
		awaitWaiting("advisory");
		relay().reset();
	}

	@Nullable Throwable insertSlow() {
		try (Connection connection = this.fixture.postgres().dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("insert into slow values (1)");
			connection.commit();
			return null;
		}
		catch (SQLException ex) {
			return ex;
		}
	}

	private static void awaitWaiting(String event) {
		Awaitility.await()
			.atMost(OutcomeFixture.LONG)
			.until(() -> OutcomeFixture
				.ask(cluster, "select count(*) from pg_stat_activity where wait_event = '" + event + "'")
				.equals("1"));
	}

	/**
	 * A transaction said to have begun in another term, or one that is not routed.
	 */
	private record Transaction(Connection connection, Route route, @Nullable Term term,
			Runnable end) implements OpenTransaction {

		Transaction(OpenTransaction transaction, Term term) {
			this(transaction.connection(), transaction.route(), term, transaction::abandon);
		}

		Transaction(Connection connection, @Nullable Term term) {
			this(connection, new Route(new Node("late", PostgresDsn.parse(cluster.primary().dsn()), 1, null, Set.of()),
					NodeRole.PRIMARY, RouteReason.WRITE_TRANSACTION), term, () -> {
					});
		}

		@Override
		public boolean isRead() {
			return false;
		}

		@Override
		public void abandon() {
			this.end.run();
		}

	}

}
