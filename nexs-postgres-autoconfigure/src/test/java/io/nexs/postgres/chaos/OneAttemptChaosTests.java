package io.nexs.postgres.chaos;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.routing.FailureContext;
import io.nexs.postgres.routing.FailureEffect;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writers whose transactions are run once: only those under way when the primary is lost
 * fail, and they are told what became of them.
 */
class OneAttemptChaosTests {

	private static final int AFTER = 20;

	private static EmbeddedCluster cluster;

	@BeforeAll
	static void startServers() {
		cluster = Servers.start();
	}

	@AfterAll
	static void stopServers() {
		cluster.close();
	}

	@BeforeEach
	void recover() {
		Servers.recover(cluster, true);
	}

	private void failOverAndStop(Chaos chaos, Fault fault) {
		chaos.writers().start();
		fault.failOver(cluster);
		chaos.awaitPrimary(cluster.primary());
		chaos.writers().awaitEach(AFTER);
		chaos.writers().stop();
	}

	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "KILL", "FREEZE", "CUT" })
	void callWithMarkerWhenItFailsIsSaidToBeRolledBack(Fault fault) {
		try (Chaos chaos = Chaos.once(cluster, "marker")) {
			failOverAndStop(chaos, fault);
			assertThat(chaos.failures()).hasSizeLessThanOrEqualTo(Writers.COUNT).allMatch(Call::isSaidRolledBack);
			chaos.assertNothingLostOrDoubled();
			chaos.assertEverythingGivenBack();
		}
	}

	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "FREEZE", "STOP" })
	void callWithoutMarkerWhenItFailsIsSaidToBeRolledBackOrUnknown(Fault fault) {
		try (Chaos chaos = Chaos.once(cluster, "off")) {
			failOverAndStop(chaos, fault);
			assertThat(chaos.failures()).hasSizeLessThanOrEqualTo(Writers.COUNT)
				.allMatch((call) -> call.isSaidRolledBack() || call.isSaidUnknown());
			chaos.assertNothingLostOrDoubled();
			chaos.assertEverythingGivenBack();
		}
	}

	/**
	 * One transaction stands between its statements, another inside one, when the primary
	 * stops answering.
	 */
	@Test
	void transactionsUnderWayInAFrozenPrimaryEndOnceTheNextIsKnown() throws Exception {
		try (Chaos chaos = Chaos.once(cluster, "marker")) {
			CountDownLatch begun = new CountDownLatch(2);
			CountDownLatch promoted = new CountDownLatch(1);
			CompletableFuture<Throwable> between = transaction(chaos, (jdbc) -> {
				jdbc.update("insert into item (id) values (1)");
				begun.countDown();
				await(promoted);
				jdbc.update("insert into item (id) values (2)");
			});
			CompletableFuture<Throwable> inside = transaction(chaos, (jdbc) -> {
				jdbc.update("insert into item (id) values (3)");
				begun.countDown();
				jdbc.execute("select pg_sleep(60)");
			});
			await(begun);
			EmbeddedNode old = Fault.FREEZE.failOver(cluster);
			assertThat(effect(inside)).as("the thread comes back while the server still stands")
				.isEqualTo(FailureEffect.ROLLED_BACK);
			assertThat(old.isFrozen()).isTrue();
			chaos.awaitPrimary(cluster.primary());
			promoted.countDown();
			assertThat(effect(between)).as("its connection died between its statements")
				.isEqualTo(FailureEffect.ROLLED_BACK);
			assertThat(Servers.rows(cluster.primary())).isEmpty();
			chaos.assertEverythingGivenBack();
		}
	}

	private static CompletableFuture<Throwable> transaction(Chaos chaos, Consumer<JdbcTemplate> work) {
		TransactionTemplate template = new TransactionTemplate(chaos.bean(PlatformTransactionManager.class));
		JdbcTemplate jdbc = chaos.bean(JdbcTemplate.class);
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				template.executeWithoutResult((status) -> work.accept(jdbc));
				failure.completeExceptionally(new AssertionError("It was committed"));
			}
			catch (RuntimeException ex) {
				failure.complete(ex);
			}
		}, "transaction");
		thread.setDaemon(true);
		thread.start();
		return failure;
	}

	private static FailureEffect effect(CompletableFuture<Throwable> failure) throws Exception {
		return FailureContext.of(failure.get(30, TimeUnit.SECONDS)).orElseThrow().effect();
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * With asynchronous replication what was acknowledged may be lost with the primary.
	 */
	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "KILL", "CUT" })
	void retriedCallsWithAsynchronousReplicationAreNeverDoubled(Fault fault) {
		cluster.synchronousReplication(false);
		try (Chaos chaos = Chaos.retried(cluster)) {
			failOverAndStop(chaos, fault);
			chaos.assertNoCallFailed();
			List<Long> rows = List.copyOf(chaos.assertNothingDoubled().keySet());
			assertThat(rows).hasSizeGreaterThan(Writers.COUNT * AFTER);
			chaos.assertEverythingGivenBack();
		}
	}

}
