package io.nexs.postgres.failover;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.routing.RoutingSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Writes while the primary is in maintenance: how long they wait, how many, and what else
 * ends their wait.
 */
@UseEmbeddedCluster
class WriteWaitTests {

	private static final Duration ACQUIRE = Duration.ofMillis(500);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void writeWhenNoPrimaryComesWaitsItsOwnTimeAndNamesEveryNode(EmbeddedCluster cluster) {
		Duration limit = Duration.ofMillis(1500);
		try (FailoverFixture fixture = start(cluster, FailoverSettings.defaults().withWaitTimeout(limit))) {
			fixture.manager().maintenance("node-1");
			long start = System.nanoTime();
			assertThatExceptionOfType(NoPrimaryException.class).isThrownBy(() -> fixture.port(false))
				.withMessageMatching("No primary to write to within \\d{4} ms: node-1 .*MAINTENANCE.*; node-2 .*"
						+ "REPLICA HEALTHY; node-3 .*")
				.satisfies((ex) -> assertThat(ex.waited()).isBetween(limit, limit.plusSeconds(2)))
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("08001"));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(limit);
			assertThatExceptionOfType(TransientDataAccessResourceException.class)
				.isThrownBy(() -> new JdbcTemplate(fixture.postgres().dataSource()).execute("select 1"))
				.withRootCauseInstanceOf(NoPrimaryException.class);
			assertThat(fixture.manager().statistics().writes().timedOut()).isEqualTo(2);
			assertThat(fixture.manager().statistics().writes().waiting()).isZero();
		}
	}

	@Test
	void writeWhenThePrimaryComesLaterThanTheAcquireTimeIsServed(EmbeddedCluster cluster) throws Exception {
		try (FailoverFixture fixture = start(cluster, FailoverSettings.defaults())) {
			fixture.manager().maintenance("node-1");
			CompletableFuture<Integer> write = fixture.writers(1, this.threads).get(0);
			fixture.awaitWaiting(1);
			assertThat(write).failsWithin(ACQUIRE.multipliedBy(3)).withThrowableOfType(TimeoutException.class);
			fixture.manager().resume("node-1");
			assertThat(write.get(5, TimeUnit.SECONDS)).isEqualTo(cluster.node("node-1").directPort());
			fixture.awaitWaiting(0);
		}
	}

	@Test
	void writeWhenItHasWaitedForThePrimaryHasAllTheTimeForAConnection(EmbeddedCluster cluster) throws Exception {
		try (FailoverFixture fixture = FailoverFixture.start(cluster, FailoverSettings.defaults(),
				(builder) -> builder.pool(PoolSettings.defaults().withMaxConns(1))
					.routing(RoutingSettings.defaults().withAcquireTimeout(ACQUIRE.multipliedBy(4))))) {
			CompletableFuture<Integer> write;
			try (Connection held = fixture.postgres().dataSource().getConnection()) {
				assertThat(held.getMetaData().getDatabaseProductName()).isEqualTo("PostgreSQL");
				fixture.manager().maintenance("node-1");
				write = fixture.writers(1, this.threads).get(0);
				assertThat(write).failsWithin(ACQUIRE.multipliedBy(5)).withThrowableOfType(TimeoutException.class);
				fixture.manager().resume("node-1");
				NodePool pool = fixture.postgres().pools().of("node-1");
				Awaitility.await().until(() -> pool.snapshot().waiting() == 1);
			}
			assertThat(write.get(5, TimeUnit.SECONDS)).isEqualTo(cluster.node("node-1").directPort());
		}
	}

	@Test
	void readWhenThereIsNoPrimaryGoesOnWhileAWriteWaits(EmbeddedCluster cluster) throws Exception {
		try (FailoverFixture fixture = start(cluster, FailoverSettings.defaults())) {
			fixture.manager().maintenance("node-1");
			CompletableFuture<Integer> write = fixture.writers(1, this.threads).get(0);
			fixture.awaitWaiting(1);
			for (int i = 0; i < 10; i++) {
				assertThat(fixture.port(true)).isIn(cluster.node("node-2").directPort(),
						cluster.node("node-3").directPort());
			}
			assertThat(write).isNotDone();
			fixture.manager().resume("node-1");
			write.get(5, TimeUnit.SECONDS);
		}
	}

	@Test
	void writeWhenTooManyWaitFailsAtOnceAndSaysSo(EmbeddedCluster cluster) throws Exception {
		try (FailoverFixture fixture = start(cluster, FailoverSettings.defaults().withMaxWaiting(2))) {
			fixture.manager().maintenance("node-1");
			List<CompletableFuture<Integer>> waiting = fixture.writers(2, this.threads);
			fixture.awaitWaiting(2);
			assertThatExceptionOfType(NoPrimaryException.class).isThrownBy(() -> fixture.port(false))
				.withMessageStartingWith("No primary to write to, and 2 writes wait for one already"
						+ " (nexs.db.failover.max-waiting): node-1 ")
				.satisfies((ex) -> assertThat(ex.waited()).isZero());
			assertThat(fixture.manager().statistics().writes().rejected()).isEqualTo(1);
			fixture.manager().resume("node-1");
			for (CompletableFuture<Integer> write : waiting) {
				write.get(5, TimeUnit.SECONDS);
			}
			FailoverRecord loss = fixture.manager().statistics().history().get(0);
			assertThat(loss.waited()).isEqualTo(2);
			assertThat(loss.rejected()).isEqualTo(1);
		}
	}

	@Test
	void writeWhenInterruptedEndsItsWaitAndStaysInterrupted(EmbeddedCluster cluster) throws Exception {
		try (FailoverFixture fixture = start(cluster, FailoverSettings.defaults())) {
			fixture.manager().maintenance("node-1");
			AtomicBoolean interrupted = new AtomicBoolean();
			CompletableFuture<String> message = new CompletableFuture<>();
			Thread writer = new Thread(() -> {
				try {
					message.complete("port " + fixture.port(false));
				}
				catch (SQLException ex) {
					interrupted.set(Thread.currentThread().isInterrupted());
					message.complete(ex.getMessage());
				}
			});
			writer.start();
			fixture.awaitWaiting(1);
			writer.interrupt();
			assertThat(message.get(5, TimeUnit.SECONDS)).isEqualTo("Interrupted while waiting for a primary");
			assertThat(interrupted).isTrue();
			fixture.awaitWaiting(0);
		}
	}

	@Test
	void writeWhenTheDataSourceIsClosedEndsItsWait(EmbeddedCluster cluster) {
		FailoverFixture fixture = start(cluster, FailoverSettings.defaults());
		CompletableFuture<Integer> write;
		try (fixture) {
			fixture.manager().maintenance("node-1");
			write = fixture.writers(1, this.threads).get(0);
			fixture.awaitWaiting(1);
		}
		assertThat(write).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.havingRootCause()
			.isInstanceOf(NoPrimaryException.class)
			.withMessageStartingWith("No primary to write to until the data source was closed, after ");
	}

	private static FailoverFixture start(EmbeddedCluster cluster, FailoverSettings settings) {
		return FailoverFixture.start(cluster, settings,
				(builder) -> builder.routing(RoutingSettings.defaults().withAcquireTimeout(ACQUIRE)));
	}

}
