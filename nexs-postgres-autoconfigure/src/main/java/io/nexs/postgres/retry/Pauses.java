package io.nexs.postgres.retry;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

/**
 * The pauses of one call: none before a retry that a failover is the reason for, unless
 * the one before had the same reason; else they grow. The jitter is a factor and the cap
 * comes after it, so that no pause is longer than the cap. Not thread-safe.
 */
final class Pauses implements BackOff, BackOffExecution {

	private final RetrySettings settings;

	private final DoubleSupplier random;

	private int retries;

	private int grown;

	private boolean failover;

	private boolean failoverBefore;

	Pauses(RetrySettings settings) {
		this(settings, () -> ThreadLocalRandom.current().nextDouble());
	}

	Pauses(RetrySettings settings, DoubleSupplier random) {
		this.settings = settings;
		this.random = random;
	}

	/**
	 * Takes note of why the next retry is due.
	 */
	void because(RetryCause cause) {
		this.failoverBefore = this.failover;
		this.failover = cause.isFailover();
	}

	@Override
	public BackOffExecution start() {
		return this;
	}

	@Override
	public long nextBackOff() {
		if (this.retries++ >= this.settings.maxRetries()) {
			return STOP;
		}
		if (this.failover && !this.failoverBefore) {
			return 0;
		}
		double plain = this.settings.delay().toMillis() * Math.pow(this.settings.multiplier(), this.grown++);
		double factor = 1 + this.settings.jitter() * (2 * this.random.getAsDouble() - 1);
		return Math.min(this.settings.maxDelay().toMillis(), Math.round(plain * factor));
	}

}
