package io.nexs.postgres.retry;

import java.time.Duration;

import io.nexs.postgres.routing.WorkTrace;
import org.jspecify.annotations.Nullable;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.Retryable;
import org.springframework.util.backoff.BackOff;

/**
 * One call with all its attempts: traces each of them, and decides from the trace and the
 * failure whether there is another. Not thread-safe.
 *
 * @param <R> the result
 */
final class RetryCall<R extends @Nullable Object> implements Retryable<R>, RetryPolicy {

	private final String name;

	private final RetryWork<R, ?> work;

	private final RetrySettings settings;

	private final RetryStatistics statistics;

	private final Pauses pauses;

	private @Nullable RetryCause cause;

	private int attempts;

	private boolean lost;

	private boolean kept;

	private boolean hadCause;

	private boolean refused;

	RetryCall(String name, RetryWork<R, ?> work, RetrySettings settings, RetryStatistics statistics) {
		this.name = name;
		this.work = work;
		this.settings = settings;
		this.statistics = statistics;
		this.pauses = new Pauses(settings);
	}

	@Override
	public R execute() throws Throwable {
		RetryCause reason = this.cause;
		if (reason != null) {
			this.statistics.retried(reason);
		}
		try (WorkTrace trace = WorkTrace.begin(++this.attempts)) {
			try {
				return this.work.run();
			}
			finally {
				this.lost = trace.isLostBeforeCommit();
				this.kept = trace.mayHaveCommitted();
			}
		}
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public boolean shouldRetry(Throwable failure) {
		RetryCause found = RetryDecision.of(failure, this.lost, this.settings.lockNotAvailable());
		this.hadCause |= found != null;
		this.refused = found != null && this.kept;
		if (found == null || this.kept) {
			return false;
		}
		this.cause = found;
		this.pauses.because(found);
		return true;
	}

	@Override
	public Duration getTimeout() {
		return this.settings.timeout();
	}

	@Override
	public BackOff getBackOff() {
		return this.pauses;
	}

	/**
	 * Counts how the call ended.
	 */
	void ended(boolean success) {
		if (this.hadCause) {
			RetryOutcome failed = this.refused ? RetryOutcome.REFUSED : RetryOutcome.FAILED;
			this.statistics.ended(success ? RetryOutcome.RECOVERED : failed);
		}
	}

}
