package io.nexs.postgres.retry;

import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.nexs.postgres.routing.NoNodeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.retry.RetryListener;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryState;
import org.springframework.core.retry.Retryable;
import org.springframework.dao.CannotAcquireLockException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RetryManager} and {@link RetryDecision} without a server.
 */
class RetryManagerTests {

	private static final RetrySettings QUICK = new RetrySettings(3, Duration.ofMillis(1), Duration.ofMillis(5), 2, 0.5,
			Duration.ZERO, false);

	private final List<String> heard = new ArrayList<>();

	private final RetryManager retry = new RetryManager(QUICK, List.of(new Throwing(), new Recording()));

	private final AtomicInteger runs = new AtomicInteger();

	@ParameterizedTest
	@ValueSource(strings = { "40001", "40P01", "40000" })
	void executeWhenARollBackIsProvenRunsAgain(String state) throws SQLException {
		String result = this.retry.execute(() -> {
			if (this.runs.incrementAndGet() < 3) {
				throw new SQLException("again", state);
			}
			return "done";
		});
		assertThat(result).isEqualTo("done");
		assertThat(this.runs).hasValue(3);
		assertThat(this.retry.statistics().calls(RetryOutcome.RECOVERED)).isEqualTo(1);
		assertThat(this.heard).containsExactly("before 1", "before 2", "success");
	}

	@ParameterizedTest
	@ValueSource(strings = { "08006", "08007", "57P01", "25006", "40002", "40003", "55P03", "23505", "25P02", "" })
	void executeWhenNoRollBackIsProvenRunsOnce(String state) {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run(new SQLException("no", state)));
		assertThat(this.runs).hasValue(1);
		assertThat(this.retry.statistics().calls(RetryOutcome.FAILED)).isZero();
	}

	@Test
	void executeWhenTheFailureIsWrappedLooksIntoCausesAndFollowers() {
		BatchUpdateException batch = new BatchUpdateException();
		batch.setNextException(new SQLException("again", "40001"));
		assertThatExceptionOfType(CannotAcquireLockException.class)
			.isThrownBy(() -> run(new CannotAcquireLockException("wrapped", new IOException(batch))));
		assertThat(this.runs).hasValue(4);
	}

	@Test
	void executeWhenTheTransactionWasAbortedBeforeLooksForTheReason() {
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> run(new SQLException("aborted", "25P02", new SQLException("again", "40001"))));
		assertThat(this.runs).hasValue(4);
	}

	@Test
	void decisionWhenConnectionOrPrimaryWereLostBeforeCommitIsToRunAgain() {
		assertThat(RetryDecision.of(new SQLException("lost", "08006"), true, false))
			.isEqualTo(RetryCause.CONNECTION_LOST);
		assertThat(RetryDecision.of(new SQLException("read-only", "25006"), true, false))
			.isEqualTo(RetryCause.WRONG_NODE);
		assertThat(RetryDecision.of(new SQLException("unknown", "08007"), true, false)).isNull();
		assertThat(RetryDecision.of(new NoNodeException("waited"), true, false)).isNull();
		assertThat(RetryDecision.of(new SQLException("lock", "55P03"), false, true)).isEqualTo(RetryCause.LOCK);
	}

	@Test
	void executeWhenRetriesAreUsedUpThrowsTheLastWithTheEarlierSuppressed() {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.retry.execute(() -> {
			throw new SQLException("run " + this.runs.incrementAndGet(), "40001");
		}))
			.withMessage("run 4")
			.satisfies((ex) -> assertThat(ex.getSuppressed()).extracting(Throwable::getMessage)
				.containsExactly("run 1", "run 2", "run 3"));
		assertThat(this.retry.statistics().calls(RetryOutcome.FAILED)).isEqualTo(1);
		assertThat(this.retry.statistics().retries(RetryCause.SERIALIZATION)).isEqualTo(3);
	}

	@Test
	void executeWhenNestedLeavesTheDecisionToTheOutermost() {
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.retry.execute(() -> this.retry.execute(() -> {
				throw new SQLException("run " + this.runs.incrementAndGet(), "40001");
			})));
		assertThat(this.runs).as("four attempts, not sixteen").hasValue(4);
	}

	@Test
	void executeWhenInterruptedDuringAPauseEndsAndStaysInterrupted() {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.retry.execute(() -> {
			this.runs.incrementAndGet();
			Thread.currentThread().interrupt();
			throw new SQLException("again", "40001");
		}));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void executeWhenTheTimeIsOverBeginsNoFurtherRun() {
		RetrySettings settings = new RetrySettings(1000, Duration.ofMillis(20), Duration.ofMillis(20), 1, 0,
				Duration.ofMillis(100), false);
		long start = System.nanoTime();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.retry.execute("timed", settings, () -> {
			this.runs.incrementAndGet();
			throw new SQLException("again", "40001");
		}));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
		assertThat(this.runs.get()).isBetween(2, 6);
	}

	private void run(Exception failure) throws Exception {
		this.retry.execute(() -> {
			this.runs.incrementAndGet();
			throw failure;
		});
	}

	/**
	 * Throws whatever it is told.
	 */
	private static final class Throwing implements RetryListener {

		@Override
		public void beforeRetry(RetryPolicy policy, Retryable<?> retryable, RetryState state) {
			throw new IllegalStateException("listener");
		}

		@Override
		public void onRetrySuccess(RetryPolicy policy, Retryable<?> retryable, @Nullable Object result) {
			throw new IllegalStateException("listener");
		}

		@Override
		public void onRetryableExecution(RetryPolicy policy, Retryable<?> retryable, RetryState state) {
			throw new IllegalStateException("listener");
		}

	}

	/**
	 * Remembers what it is told.
	 */
	private final class Recording implements RetryListener {

		@Override
		public void beforeRetry(RetryPolicy policy, Retryable<?> retryable, RetryState state) {
			RetryManagerTests.this.heard.add("before " + state.getRetryCount());
		}

		@Override
		public void onRetrySuccess(RetryPolicy policy, Retryable<?> retryable, @Nullable Object result) {
			RetryManagerTests.this.heard.add("success");
		}

	}

}
