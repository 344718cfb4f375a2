package io.nexs.postgres.starter.neighbours;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.resilience4j.ratelimiter.RequestNotPermitted;
import io.github.resilience4j.ratelimiter.annotation.RateLimiter;
import io.github.resilience4j.springboot.ratelimiter.autoconfigure.RateLimiterAutoConfiguration;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.retry.RetryTransaction;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Limits around transactions, as docs/retry.md has them.
 */
class LimitTests {

	private static final int CALLERS = 6;

	private static RunningApplication application;

	private static Service service;

	private static Counters counters;

	@BeforeAll
	static void start() {
		String dsn = SharedCluster.database("limits");
		SharedCluster.onPrimary("limits", "create table item (id int)");
		application = RunningApplication.start(Application.class, dsn,
				"resilience4j.ratelimiter.rate-limiter-aspect-order=2147483000",
				"resilience4j.ratelimiter.instances.orders.limit-for-period=2",
				"resilience4j.ratelimiter.instances.orders.limit-refresh-period=1h",
				"resilience4j.ratelimiter.instances.orders.timeout-duration=0");
		service = application.bean(Service.class);
		counters = application.bean(Counters.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void rateLimiterRefusesBeforeATransactionBegins() {
		service.limited();
		service.limited();
		assertThatExceptionOfType(RequestNotPermitted.class).isThrownBy(service::limited);
		assertThat(counters.calls.get()).isEqualTo(2);
	}

	@Test
	void callersOfALimitedMethodWaitWithoutAConnection() throws Exception {
		List<CompletableFuture<Void>> callers = call(service::twoAtOnce);
		Awaitility.await().until(() -> counters.inside.get() == 2);
		assertThat(application.bean(NodePools.class).all()).extracting((pool) -> pool.lent())
			.satisfies((lent) -> assertThat(lent.stream().mapToInt(Integer::intValue).sum()).isEqualTo(2));
		counters.gate.countDown();
		for (CompletableFuture<Void> caller : callers) {
			caller.get(30, TimeUnit.SECONDS);
		}
		assertThat(counters.most.get()).isEqualTo(2);
	}

	@Test
	void sameReadAtTheSameTimeIsMadeOnce() throws Exception {
		List<CompletableFuture<Void>> callers = call(() -> assertThat(service.report("ada")).isZero());
		for (CompletableFuture<Void> caller : callers) {
			caller.get(30, TimeUnit.SECONDS);
		}
		assertThat(counters.reports.get()).isOne();
	}

	private static List<CompletableFuture<Void>> call(Runnable work) {
		List<CompletableFuture<Void>> callers = new ArrayList<>();
		for (int i = 0; i < CALLERS; i++) {
			CompletableFuture<Void> done = new CompletableFuture<>();
			Thread caller = new Thread(() -> {
				try {
					work.run();
					done.complete(null);
				}
				catch (Throwable ex) {
					done.completeExceptionally(ex);
				}
			});
			caller.start();
			callers.add(done);
		}
		return callers;
	}

	@JdbcApplication
	@EnableResilientMethods
	@EnableCaching
	@ImportAutoConfiguration({ AopAutoConfiguration.class, RateLimiterAutoConfiguration.class })
	@Import({ Service.class, Counters.class })
	static class Application {

		@Bean
		CacheManager cacheManager() {
			return new ConcurrentMapCacheManager("reports");
		}

	}

	/**
	 * Who is where.
	 */
	static class Counters {

		final AtomicInteger calls = new AtomicInteger();

		final AtomicInteger inside = new AtomicInteger();

		final AtomicInteger most = new AtomicInteger();

		final AtomicInteger reports = new AtomicInteger();

		final CountDownLatch gate = new CountDownLatch(1);

	}

	/**
	 * Counts its calls.
	 */
	static class Service {

		private final JdbcClient jdbc;

		private final Counters counters;

		Service(JdbcClient jdbc, Counters counters) {
			this.jdbc = jdbc;
			this.counters = counters;
		}

		@RateLimiter(name = "orders")
		@RetryTransaction
		@Transactional
		public void limited() {
			this.counters.calls.incrementAndGet();
			this.jdbc.sql("insert into item values (1)").update();
		}

		@ConcurrencyLimit(2)
		@RetryTransaction
		@Transactional
		public void twoAtOnce() {
			this.jdbc.sql("insert into item values (2)").update();
			this.counters.most.accumulateAndGet(this.counters.inside.incrementAndGet(), Math::max);
			try {
				this.counters.gate.await(30, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			this.counters.inside.decrementAndGet();
		}

		@Cacheable(cacheNames = "reports", sync = true)
		@Transactional(readOnly = true)
		public long report(String customer) {
			this.counters.reports.incrementAndGet();
			return this.jdbc.sql("select count(*) from item where id < 0").query(Long.class).single();
		}

	}

}
