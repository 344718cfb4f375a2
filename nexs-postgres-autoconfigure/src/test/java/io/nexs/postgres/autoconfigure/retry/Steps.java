package io.nexs.postgres.autoconfigure.retry;

import java.util.function.IntFunction;

import io.nexs.postgres.retry.RetryTransaction;

import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Runs steps in the transactions that are to be tried, and counts the attempts.
 */
class Steps {

	private int attempts;

	int attempts() {
		return this.attempts;
	}

	void reset() {
		this.attempts = 0;
	}

	@RetryTransaction
	@Transactional
	void retried(IntFunction<?> step) {
		step.apply(++this.attempts);
	}

	@RetryTransaction(lockNotAvailable = true, delay = "1ms")
	@Transactional
	void retriedForLocks(IntFunction<?> step) {
		step.apply(++this.attempts);
	}

	@Transactional
	void transactional(IntFunction<?> step) {
		step.apply(++this.attempts);
	}

	@RetryTransaction
	void retriedWithoutTransaction(IntFunction<?> step) {
		step.apply(++this.attempts);
	}

	@RetryTransaction
	@Transactional(propagation = Propagation.REQUIRES_NEW)
	void inNew(Runnable step) {
		step.run();
	}

	@RetryTransaction
	@Transactional(readOnly = true)
	void readOnly(IntFunction<?> step) {
		step.apply(++this.attempts);
	}

	@RetryTransaction
	@Transactional(isolation = Isolation.SERIALIZABLE)
	void serializable(IntFunction<?> step) {
		step.apply(++this.attempts);
	}

}
