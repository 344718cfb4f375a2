package io.nexs.postgres.autoconfigure.retry;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import io.nexs.postgres.embedded.CutPoint;
import io.nexs.postgres.embedded.CutRule;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.retry.RetryCause;
import io.nexs.postgres.retry.RetryManager;
import io.nexs.postgres.retry.RetryOutcome;
import io.nexs.postgres.retry.RetryTransaction;
import io.nexs.postgres.routing.FailureContext;
import io.nexs.postgres.routing.FailureEffect;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Transactions that are run again, and those that must not be, on a real server.
 */
@UseEmbeddedCluster
class RetryTransactionTests {

	private static ConfigurableApplicationContext context;

	private static JdbcTemplate jdbc;

	private static Steps steps;

	private static RetryManager retry;

	@BeforeAll
	static void start(EmbeddedCluster cluster) {
		context = RetryApplication.start(cluster, "nexs.db.retry.delay=10ms",
				"nexs.db.pool.driver-properties.prepareThreshold=0");
		jdbc = context.getBean(JdbcTemplate.class);
		steps = context.getBean(Steps.class);
		retry = context.getBean(RetryManager.class);
		jdbc.execute("create table account (id bigint primary key, balance bigint not null)");
		jdbc.execute("create table entry (name text)");
	}

	@AfterAll
	static void stop() {
		jdbc.execute("drop table account, entry");
		context.close();
	}

	@BeforeEach
	void reset() {
		jdbc.execute("truncate account, entry");
		jdbc.execute("insert into account values (1, 0), (2, 0)");
		steps.reset();
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc", "jpa", "jpa in view" })
	void serializableWhenThreadsMeetLosesNothingAndFailsNoCall(String way) {
		Accounts accounts = context.getBean(Accounts.class);
		long before = retry.statistics().retries(RetryCause.SERIALIZATION);
		inParallel(4, () -> {
			for (int i = 0; i < 25; i++) {
				switch (way) {
					case "jdbc" -> accounts.addByJdbc(1, 1);
					case "jpa" -> accounts.addByJpa(1, 1);
					default -> inView(() -> accounts.addByJpa(1, 1));
				}
			}
		});
		assertThat(balance()).isEqualTo(100);
		assertThat(retry.statistics().retries(RetryCause.SERIALIZATION)).as("they did meet").isGreaterThan(before);
	}

	/**
	 * All attempts have one entity manager, as with open session in view; what an attempt
	 * read must not be there for the next.
	 */
	private static void inView(Runnable call) {
		EntityManagerFactory factory = context.getBean(EntityManagerFactory.class);
		EntityManager entities = factory.createEntityManager();
		TransactionSynchronizationManager.bindResource(factory, new EntityManagerHolder(entities));
		try {
			call.run();
		}
		finally {
			TransactionSynchronizationManager.unbindResource(factory);
			entities.close();
		}
	}

	@Test
	void deadlockWhenTwoThreadsMeetIsRunAgain() {
		long before = retry.statistics().retries(RetryCause.DEADLOCK);
		CyclicBarrier bothHaveOne = new CyclicBarrier(2);
		CompletableFuture<Void> other = CompletableFuture.runAsync(() -> lockBoth(1, 2, bothHaveOne));
		lockBoth(2, 1, bothHaveOne);
		other.join();
		assertThat(balance()).isEqualTo(2);
		assertThat(retry.statistics().retries(RetryCause.DEADLOCK)).isEqualTo(before + 1);
	}

	private void lockBoth(int first, int second, CyclicBarrier bothHaveOne) {
		int[] runs = new int[1];
		retry.execute(() -> {
			new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
				.executeWithoutResult((status) -> {
					update(first);
					if (runs[0]++ == 0) {
						await(bothHaveOne);
					}
					update(second);
				});
			return null;
		});
	}

	private static void update(int id) {
		jdbc.update("update account set balance = balance + 1 where id = ?", id);
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void connectionWhenLostBeforeCommitIsReasonToRunAgainAtOnce() {
		steps.retried((attempt) -> insertAnd(() -> {
			if (attempt == 1) {
				terminateOwn();
			}
		}));
		assertThat(steps.attempts()).isEqualTo(2);
		assertThat(entries()).isEqualTo(1);
	}

	@Test
	void connectionWhenFoundLostAtCommitIsNotRunAgain() {
		assertThatException().isThrownBy(() -> steps.retried((attempt) -> {
			jdbc.update("insert into entry values ('x')");
			terminate(jdbc.queryForObject("select pg_backend_pid()", Integer.class));
			return attempt;
		}));
		assertThat(steps.attempts()).isEqualTo(1);
		assertThat(entries()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "BEFORE", "AFTER" })
	void commitWhenItsOutcomeIsUnknownIsNeverRunAgain(CutPoint point, EmbeddedCluster cluster) {
		CutRule rule = cluster.primary().relay().onClientBytes("COMMIT".getBytes(StandardCharsets.UTF_8), point);
		assertThatException().isThrownBy(() -> steps.retried((attempt) -> insertAnd(() -> {
		})))
			.satisfies((ex) -> assertThat(FailureContext.of(ex))
				.hasValueSatisfying((found) -> assertThat(found.effect()).isEqualTo(FailureEffect.UNKNOWN)));
		assertThat(rule.fired()).isTrue();
		assertThat(steps.attempts()).isEqualTo(1);
		RetryApplication.awaitHealthy(context);
		assertThat(entries()).isEqualTo((point == CutPoint.AFTER) ? 1 : 0);
	}

	@Test
	void attemptWhenAnInnerTransactionWasCommittedIsNotRunAgain() {
		long refused = retry.statistics().calls(RetryOutcome.REFUSED);
		assertThatException().isThrownBy(() -> steps.retried((attempt) -> {
			steps.inNew(() -> insertAnd(() -> {
			}));
			return jdbc.update(serializationFailure());
		}));
		assertThat(steps.attempts()).isEqualTo(1);
		assertThat(entries()).isEqualTo(1);
		assertThat(retry.statistics().calls(RetryOutcome.REFUSED)).isEqualTo(refused + 1);
	}

	/**
	 * The COMMIT of the first one is not sent at all, so that it takes nothing off the
	 * count of those that were.
	 */
	@Test
	void attemptWhenAnInnerTransactionWasCommittedAfterAFailedOneIsNotRunAgain() {
		assertThatException().isThrownBy(() -> steps.retriedWithoutTransaction((attempt) -> {
			Runnable failing = () -> assertThatException()
				.isThrownBy(() -> jdbc.update("insert into nothing values (1)"));
			assertThatException().isThrownBy(() -> steps.inNew(failing));
			steps.inNew(() -> jdbc.update("insert into entry values ('x')"));
			steps.inNew(() -> jdbc.execute(serializationFailure()));
			return steps.attempts();
		}));
		assertThat(steps.attempts()).isEqualTo(1);
		assertThat(entries()).isEqualTo(1);
	}

	@Test
	void attemptWhenAStatementRanInAutoCommitModeIsNotRunAgain() {
		assertThatException().isThrownBy(() -> steps.retriedWithoutTransaction((attempt) -> {
			jdbc.update("insert into entry values ('x')");
			jdbc.execute(serializationFailure());
			return attempt;
		}));
		assertThat(steps.attempts()).isEqualTo(1);
		assertThat(entries()).isEqualTo(1);
	}

	@Test
	void statementWhenLostInAutoCommitModeIsNotRunAgain() {
		assertThatException().isThrownBy(() -> steps.retriedWithoutTransaction((attempt) -> {
			terminateOwn();
			return attempt;
		}));
		assertThat(steps.attempts()).isEqualTo(1);
	}

	@Test
	void annotationWhenInsideATransactionJoinsItAndLeavesTheDecisionToTheOutermost() {
		assertThatException().isThrownBy(() -> steps.transactional((outer) -> {
			steps.retried((attempt) -> {
				jdbc.execute(serializationFailure());
				return attempt;
			});
			return outer;
		}));
		assertThat(steps.attempts()).as("outer and inner once each").isEqualTo(2);
		steps.reset();
		assertThatException().isThrownBy(() -> steps.retried((outer) -> {
			steps.inNew(() -> jdbc.execute(serializationFailure()));
			return outer;
		}));
		assertThat(steps.attempts()).as("the outer one four times, the inner one never by itself").isEqualTo(4);
	}

	@Test
	void writeWhenTheTransactionIsReadOnlyFailsWithoutRetry() {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> steps.readOnly((attempt) -> jdbc.update("insert into entry values ('x')")));
		assertThat(steps.attempts()).isEqualTo(1);
	}

	@Test
	void constraintWhenViolatedFailsWithoutRetry() {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> steps.retried((attempt) -> jdbc.update("insert into account values (1, 0)")));
		assertThat(steps.attempts()).isEqualTo(1);
	}

	@Test
	void lockWhenNotAvailableIsReasonToRunAgainByChoiceOnly() {
		CountDownLatch locked = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		CompletableFuture<Void> holder = CompletableFuture
			.runAsync(() -> steps.transactional((any) -> hold(locked, release)));
		join(locked);
		steps.reset();
		IntFunction<?> taking = (attempt) -> {
			if (attempt == 2) {
				release.countDown();
				holder.join();
			}
			return jdbc.queryForObject("select balance from account where id = 1 for update nowait", Long.class);
		};
		assertThatException().isThrownBy(() -> steps.retried(taking));
		assertThat(steps.attempts()).isEqualTo(1);
		steps.reset();
		steps.retriedForLocks(taking);
		assertThat(steps.attempts()).isEqualTo(2);
	}

	private static Object hold(CountDownLatch locked, CountDownLatch release) {
		update(1);
		locked.countDown();
		join(release);
		return locked;
	}

	@Test
	void failureWhenSwallowedIsFoundInTheNextStatement() {
		steps.retried((attempt) -> {
			if (attempt == 1) {
				assertThatException().isThrownBy(() -> jdbc.execute(serializationFailure()));
			}
			return jdbc.update("insert into entry values ('x')");
		});
		assertThat(steps.attempts()).isEqualTo(2);
		assertThat(entries()).isEqualTo(1);
	}

	@Test
	void transactionWhenNotAnnotatedIsRunAgainIfThePropertySaysSo(EmbeddedCluster cluster) {
		assertThatException().isThrownBy(() -> steps.transactional((attempt) -> failOnce(attempt)));
		assertThat(steps.attempts()).isEqualTo(1);
		try (ConfigurableApplicationContext all = RetryApplication.start(cluster,
				"nexs.db.retry.all-transactions=true")) {
			Steps own = all.getBean(Steps.class);
			JdbcTemplate ownJdbc = all.getBean(JdbcTemplate.class);
			own.transactional((attempt) -> {
				if (attempt == 1) {
					ownJdbc.execute(serializationFailure());
				}
				return ownJdbc.update("insert into entry values ('x')");
			});
			assertThat(own.attempts()).isEqualTo(2);
		}
		assertThat(entries()).isEqualTo(1);
	}

	private static Object failOnce(int attempt) {
		if (attempt == 1) {
			jdbc.execute(serializationFailure());
		}
		return attempt;
	}

	@Test
	void annotationWhenItCanNeverRetryFailsAtStart(EmbeddedCluster cluster) {
		new ApplicationContextRunner().withUserConfiguration(RetryApplication.class)
			.withPropertyValues("nexs.db.dsn=" + cluster.dsn(), "spring.flyway.enabled=false")
			.withBean(NeverRetrying.class)
			.run((started) -> assertThat(started).getFailure()
				.rootCause()
				.hasMessageContaining("maxRetries is -1: that can never retry"));
	}

	private static String serializationFailure() {
		return "do $$ begin raise exception 'conflict' using errcode = '40001'; end $$";
	}

	private static Object insertAnd(Runnable step) {
		jdbc.update("insert into entry values ('x')");
		step.run();
		return step;
	}

	private static void terminateOwn() {
		jdbc.execute("select pg_terminate_backend(pg_backend_pid())");
	}

	private static void terminate(int pid) {
		CompletableFuture
			.runAsync(() -> jdbc.queryForObject("select pg_terminate_backend(?, 5000)", Boolean.class, pid))
			.join();
	}

	private static long balance() {
		return jdbc.queryForObject("select balance from account where id = 1", Long.class);
	}

	private static long entries() {
		return jdbc.queryForObject("select count(*) from entry", Long.class);
	}

	private static void inParallel(int threads, Runnable work) {
		CompletableFuture
			.allOf(IntStream.range(0, threads)
				.mapToObj((any) -> CompletableFuture.runAsync(work, (task) -> new Thread(task, "retry").start()))
				.toArray(CompletableFuture[]::new))
			.join();
	}

	private static void join(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Settings that contradict themselves.
	 */
	static class NeverRetrying {

		@RetryTransaction(maxRetries = -1)
		@Transactional
		void run() throws SQLException {
			throw new SQLException("not reached");
		}

	}

}
