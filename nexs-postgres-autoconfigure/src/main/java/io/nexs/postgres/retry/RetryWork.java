package io.nexs.postgres.retry;

import org.jspecify.annotations.Nullable;

/**
 * Work that may be run more than once.
 *
 * @param <R> the result
 * @param <X> what it throws besides unchecked exceptions
 */
@FunctionalInterface
public interface RetryWork<R extends @Nullable Object, X extends Throwable> {

	/**
	 * Runs the work; begins and ends its transaction.
	 * @return the result
	 * @throws X if it fails
	 */
	R run() throws X;

}
