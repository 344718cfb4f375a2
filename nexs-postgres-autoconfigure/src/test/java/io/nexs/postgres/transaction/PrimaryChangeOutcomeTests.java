package io.nexs.postgres.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.nexs.postgres.cluster.ConflictPolicy;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.embedded.CutPoint;
import io.nexs.postgres.embedded.CutRule;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a caller is told of a COMMIT, and what the new primary has of it, when the primary
 * dies, stands still or is replaced meanwhile. Replication is synchronous.
 */
class PrimaryChangeOutcomeTests {

	private static final Duration SHORT = Duration.ofMillis(800);

	private EmbeddedCluster cluster;

	private EmbeddedNode old;

	@BeforeEach
	void start() throws SQLException {
		this.cluster = OutcomeFixture.cluster(2);
		this.cluster.synchronousReplication(true);
		this.old = this.cluster.primary();
	}

	@AfterEach
	void stop() {
		if (this.old.isFrozen()) {
			this.old.thaw();
		}
		this.cluster.close();
	}

	private void freezeReplicas() {
		this.cluster.node("node-2").freeze();
		this.cluster.node("node-3").freeze();
	}

	private void thawReplicas() {
		this.cluster.node("node-2").thaw();
		this.cluster.node("node-3").thaw();
	}

	/**
	 * Kills the primary between its COMMIT and the arrival of the answer.
	 */
	private CompletableFuture<@Nullable Throwable> killAfterCommit(OutcomeFixture fixture) throws Exception {
		this.old.relay().delay(Duration.ofMillis(400));
		CompletableFuture<@Nullable Throwable> commit = fixture.insertAside(1);
		Awaitility.await().pollInterval(Duration.ofMillis(10)).atMost(OutcomeFixture.LONG).until(() -> fixture.has(1));
		this.old.relay().reset();
		this.old.kill();
		this.old.relay().delay(Duration.ZERO);
		return commit;
	}

	@Test
	void commitThatWasReplicatedBeforeThePrimaryDiedIsCommitted() throws Exception {
		try (OutcomeFixture fixture = OutcomeFixture.marker(this.cluster, OutcomeFixture.LONG)) {
			CompletableFuture<@Nullable Throwable> commit = killAfterCommit(fixture);
			assertThat(commit).isNotDone();
			this.cluster.promote("node-2");
			assertThat(OutcomeFixture.get(commit)).isNull();
			assertThat(fixture.has(1)).isTrue();
			assertThat(fixture.count("item")).isEqualTo(1);
		}
	}

	@Test
	void commitIsUnknownWhenThereIsNoPrimaryToAsk() throws Exception {
		try (OutcomeFixture fixture = OutcomeFixture.marker(this.cluster, SHORT)) {
			CompletableFuture<@Nullable Throwable> commit = killAfterCommit(fixture);
			assertThat(OutcomeFixture.get(commit)).isInstanceOf(UnknownOutcomeException.class);
			this.cluster.promote("node-2");
			assertThat(fixture.has(1)).isTrue();
		}
	}

	@Test
	void plainCommitIsUnknownWhenThePrimaryDied() throws Exception {
		try (OutcomeFixture fixture = OutcomeFixture.plain(this.cluster)) {
			CompletableFuture<@Nullable Throwable> commit = killAfterCommit(fixture);
			assertThat(OutcomeFixture.get(commit)).isInstanceOf(UnknownOutcomeException.class);
			this.cluster.promote("node-2");
			assertThat(fixture.has(1)).isTrue();
		}
	}

	@Test
	void commitThatDidNotReachADyingPrimaryIsRolledBack() throws Exception {
		try (OutcomeFixture fixture = OutcomeFixture.marker(this.cluster, OutcomeFixture.LONG)) {
			CutRule rule = this.old.relay().onClientBytes(OutcomeFixture.MARKER, CutPoint.BEFORE);
			CompletableFuture<@Nullable Throwable> commit = fixture.insertAside(1);
			assertThat(rule.await(OutcomeFixture.LONG)).isTrue();
			this.old.kill();
			this.cluster.promote("node-2");
			assertThat(OutcomeFixture.get(commit)).isInstanceOf(SQLTransactionRollbackException.class);
			assertThat(fixture.has(1)).isFalse();
		}
	}

	@Test
	void commitInAFrozenPrimaryIsRolledBackOnTheNewOneAlsoAfterItThaws() throws Exception {
		try (OutcomeFixture fixture = OutcomeFixture.marker(this.cluster, OutcomeFixture.LONG)) {
			CompletableFuture<@Nullable Throwable> commit = freezeWhileCommitIsOnItsWay(fixture);
			this.cluster.promote("node-2");
			assertThat(OutcomeFixture.get(commit)).isInstanceOf(SQLTransactionRollbackException.class);
			this.old.thaw();
			assertThat(fixture.has(1)).isFalse();
			assertThat(fixture.insert(1)).isNull();
			assertThat(fixture.count("item")).isEqualTo(1);
		}
	}

	@Test
	void commitInAFrozenPrimaryWaitsUntilItThaws() throws Exception {
		try (OutcomeFixture fixture = OutcomeFixture.marker(this.cluster, SHORT)) {
			CompletableFuture<@Nullable Throwable> commit = freezeWhileCommitIsOnItsWay(fixture);
			Awaitility.await().pollDelay(SHORT.multipliedBy(2)).until(() -> !commit.isDone());
			this.old.thaw();
			assertThat(OutcomeFixture.get(commit)).isNull();
			assertThat(fixture.has(1)).isTrue();
		}
	}

	/**
	 * Holds COMMIT back in the relay until the server stands still.
	 */
	private CompletableFuture<@Nullable Throwable> freezeWhileCommitIsOnItsWay(OutcomeFixture fixture)
			throws Exception {
		this.old.relay().delay(Duration.ofMillis(400));
		CompletableFuture<@Nullable Throwable> commit = fixture.insertAside(1);
		Awaitility.await()
			.pollInterval(Duration.ofMillis(10))
			.atMost(OutcomeFixture.LONG)
			.until(() -> fixture.count("pg_stat_activity where state = 'idle in transaction'") == 1);
		this.old.freeze();
		this.old.relay().delay(Duration.ZERO);
		return commit;
	}

	/**
	 * Nothing is fenced here, so the old primary answers.
	 */
	@Test
	void commitThatReturnsWhileTwoNodesAreWritableIsInDoubt() throws Exception {
		try (OutcomeFixture plain = OutcomeFixture.plain(this.cluster, ConflictPolicy.REFUSE);
				OutcomeFixture marker = OutcomeFixture.marker(this.cluster, SHORT, ConflictPolicy.REFUSE);
				Connection one = plain.postgres().dataSource().getConnection();
				Connection other = marker.postgres().dataSource().getConnection()) {
			begin(one, 1);
			begin(other, 2);
			this.cluster.synchronousReplication(false);
			this.cluster.promote("node-2");
			awaitConflict(plain);
			awaitConflict(marker);
			assertThatExceptionOfType(UnknownOutcomeException.class).isThrownBy(one::commit)
				.withMessageContaining("another primary was known");
			assertThatExceptionOfType(UnknownOutcomeException.class).isThrownBy(other::commit)
				.withMessageContaining("there is no primary");
		}
	}

	private static void begin(Connection connection, int id) throws SQLException {
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement.executeUpdate("insert into item values (" + id + ")");
		}
	}

	private static void awaitConflict(OutcomeFixture fixture) {
		Awaitility.await()
			.atMost(OutcomeFixture.LONG)
			.until(() -> fixture.postgres().monitor().topology().conflict() == PrimaryConflict.REFUSED);
	}

	@Test
	void commitThatWasNotReplicatedIsResolvedByTheClaim() throws Exception {
		try (OutcomeFixture fixture = OutcomeFixture.marker(this.cluster, OutcomeFixture.LONG)) {
			CompletableFuture<@Nullable Throwable> commit = cancelTheWait(fixture);
			thawReplicas();
			assertThat(OutcomeFixture.get(commit)).isNull();
			this.old.kill();
			this.cluster.promote("node-2");
			assertThat(fixture.has(1)).isTrue();
		}
	}

	@Test
	void commitThatWasNotReplicatedIsUnknownWithoutMarker() throws Exception {
		try (OutcomeFixture fixture = OutcomeFixture.plain(this.cluster)) {
			CompletableFuture<@Nullable Throwable> commit = cancelTheWait(fixture);
			assertThat(OutcomeFixture.get(commit)).isInstanceOf(UnknownOutcomeException.class)
				.hasMessageContaining("did not wait for its synchronous standbys");
			thawReplicas();
		}
	}

	/**
	 * Cancels a COMMIT that waits for a standby, which makes it return with a warning.
	 */
	private CompletableFuture<@Nullable Throwable> cancelTheWait(OutcomeFixture fixture) throws Exception {
		freezeReplicas();
		CompletableFuture<@Nullable Throwable> commit = fixture.insertAside(1);
		Awaitility.await()
			.atMost(OutcomeFixture.LONG)
			.until(() -> fixture.count("pg_stat_activity"
					+ " where case when wait_event = 'SyncRep' then pg_cancel_backend(pid) end") == 1);
		return commit;
	}

}
