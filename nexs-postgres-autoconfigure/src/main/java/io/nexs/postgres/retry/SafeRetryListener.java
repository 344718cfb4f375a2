package io.nexs.postgres.retry;

import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryListener;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryState;
import org.springframework.core.retry.Retryable;

/**
 * Tells all listeners, and goes on when one of them throws, which is logged as a warning
 * the first time.
 */
final class SafeRetryListener implements RetryListener {

	private static final Logger logger = LoggerFactory.getLogger(SafeRetryListener.class);

	private final List<RetryListener> listeners;

	private volatile boolean failed;

	SafeRetryListener(List<RetryListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	@Override
	public void onRetryableExecution(RetryPolicy policy, Retryable<?> retryable, RetryState state) {
		tell((listener) -> listener.onRetryableExecution(policy, retryable, state));
	}

	@Override
	public void beforeRetry(RetryPolicy policy, Retryable<?> retryable, RetryState state) {
		tell((listener) -> listener.beforeRetry(policy, retryable, state));
	}

	@Override
	public void onRetrySuccess(RetryPolicy policy, Retryable<?> retryable, @Nullable Object result) {
		tell((listener) -> listener.onRetrySuccess(policy, retryable, result));
	}

	@Override
	public void onRetryFailure(RetryPolicy policy, Retryable<?> retryable, Throwable failure) {
		tell((listener) -> listener.onRetryFailure(policy, retryable, failure));
	}

	@Override
	public void onRetryPolicyExhaustion(RetryPolicy policy, Retryable<?> retryable, RetryException failure) {
		tell((listener) -> listener.onRetryPolicyExhaustion(policy, retryable, failure));
	}

	@Override
	public void onRetryPolicyInterruption(RetryPolicy policy, Retryable<?> retryable, RetryException failure) {
		tell((listener) -> listener.onRetryPolicyInterruption(policy, retryable, failure));
	}

	@Override
	public void onRetryPolicyTimeout(RetryPolicy policy, Retryable<?> retryable, RetryException failure) {
		tell((listener) -> listener.onRetryPolicyTimeout(policy, retryable, failure));
	}

	private void tell(Consumer<RetryListener> call) {
		for (RetryListener listener : this.listeners) {
			try {
				call.accept(listener);
			}
			catch (RuntimeException ex) {
				if (this.failed) {
					logger.debug("A retry listener failed again: {}", listener.getClass().getName(), ex);
				}
				else {
					this.failed = true;
					logger.warn("A retry listener failed: {}", listener.getClass().getName(), ex);
				}
			}
		}
	}

}
