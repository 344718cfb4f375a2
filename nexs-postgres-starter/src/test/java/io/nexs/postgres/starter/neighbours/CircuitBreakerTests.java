package io.nexs.postgres.starter.neighbours;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.circuitbreaker.annotation.CircuitBreaker;
import io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakerAutoConfiguration;
import io.nexs.postgres.retry.RetryTransaction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The circuit breaker of resilience4j around transactions that are run again, as
 * docs/retry.md has it.
 */
class CircuitBreakerTests {

	private static RunningApplication application;

	private static Service service;

	private static io.github.resilience4j.circuitbreaker.CircuitBreaker breaker;

	@BeforeAll
	static void start() {
		String dsn = SharedCluster.database("circuit_breaker");
		SharedCluster.onPrimary("circuit_breaker", "create table item (attempt int)");
		application = RunningApplication.start(Application.class, dsn, "nexs.db.retry.delay=1ms",
				"resilience4j.circuitbreaker.circuit-breaker-aspect-order=2147483000",
				"resilience4j.circuitbreaker.instances.orders.sliding-window-size=4",
				"resilience4j.circuitbreaker.instances.orders.minimum-number-of-calls=2");
		service = application.bean(Service.class);
		breaker = application.bean(CircuitBreakerRegistry.class).circuitBreaker("orders");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void reset() {
		breaker.reset();
		service.fail(0);
	}

	@Test
	void callWhenItSucceedsAfterARetryIsASuccessToTheBreaker() {
		service.fail(1);
		service.insert();
		assertThat(breaker.getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(1);
		assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isZero();
	}

	@Test
	void breakerWhenCallsFailForGoodOpensAndNothingIsTried() {
		for (int i = 0; i < 2; i++) {
			service.fail(4);
			assertThatExceptionOfType(PessimisticLockingFailureException.class).isThrownBy(service::insert);
		}
		assertThat(breaker.getMetrics().getNumberOfFailedCalls()).as("calls, not attempts").isEqualTo(2);
		assertThat(breaker.getState()).isEqualTo(State.OPEN);
		service.fail(1);
		assertThatExceptionOfType(CallNotPermittedException.class).isThrownBy(service::insert);
		assertThat(service.failuresLeft()).as("not reached").isEqualTo(1);
	}

	@JdbcApplication
	@ImportAutoConfiguration({ AopAutoConfiguration.class, CircuitBreakerAutoConfiguration.class })
	@Import(Service.class)
	static class Application {

	}

	/**
	 * Fails as often as it is told.
	 */
	static class Service {

		private final JdbcClient jdbc;

		private int failures;

		Service(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		void fail(int failures) {
			this.failures = failures;
		}

		int failuresLeft() {
			return this.failures;
		}

		@CircuitBreaker(name = "orders")
		@RetryTransaction
		@Transactional
		void insert() {
			if (this.failures > 0) {
				this.failures--;
				this.jdbc.sql("do $$ begin raise exception 'deadlock' using errcode = '40P01'; end $$").update();
			}
			this.jdbc.sql("insert into item values (1)").update();
		}

	}

}
