package io.nexs.postgres.retry;

import java.util.List;

import io.nexs.postgres.routing.WorkTrace;
import org.jspecify.annotations.Nullable;

import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryListener;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs work again, each time in a new transaction, when its transaction is proven to be
 * rolled back: 40001, 40P01, 40000, 25006, by choice 55P03, and a connection that was
 * lost before COMMIT was sent. Never when anything may have been committed: a COMMIT
 * whose outcome is not known, another transaction within the work that was committed, a
 * statement in autocommit mode. Thread-safe.
 * <p>
 * Within a transaction, and within another call of this manager, the work is run once:
 * the outermost decides. What the work does besides the database is done again too.
 */
public final class RetryManager {

	private final RetrySettings settings;

	private final SafeRetryListener listener;

	private final RetryStatistics statistics = new RetryStatistics();

	/**
	 * Creates the manager.
	 * @param settings where none are given with a call
	 * @param listeners told of each retry, in their order; one that throws does no harm
	 */
	public RetryManager(RetrySettings settings, List<RetryListener> listeners) {
		this.settings = settings;
		this.listener = new SafeRetryListener(listeners);
	}

	/**
	 * Runs work, and runs it again as the settings of the application say.
	 * @param <R> the result
	 * @param <X> what the work throws
	 * @param work begins and ends its transaction
	 * @return what the work returned
	 * @throws X the failure of the last attempt, with those of the earlier ones
	 * suppressed
	 */
	public <R extends @Nullable Object, X extends Throwable> R execute(RetryWork<R, X> work) throws X {
		return execute(work.getClass().getName(), this.settings, work);
	}

	/**
	 * Runs work, and runs it again as these settings say.
	 * @param <R> the result
	 * @param <X> what the work throws
	 * @param name of the work, for listeners
	 * @param settings in place of those of the application
	 * @param work begins and ends its transaction
	 * @return what the work returned
	 * @throws X the failure of the last attempt, with those of the earlier ones
	 * suppressed
	 */
	public <R extends @Nullable Object, X extends Throwable> R execute(String name, RetrySettings settings,
			RetryWork<R, X> work) throws X {
		if (WorkTrace.isPresent() || TransactionSynchronizationManager.isActualTransactionActive()) {
			return work.run();
		}
		RetryCall<R> call = new RetryCall<>(name, work, settings, this.statistics);
		RetryTemplate template = new RetryTemplate(call);
		template.setRetryListener(this.listener);
		boolean success = false;
		try {
			R result = template.execute(call);
			success = true;
			return result;
		}
		catch (RetryException ex) {
			throw RetryManager.<X>last(ex);
		}
		finally {
			call.ended(success);
		}
	}

	/**
	 * The failure of the last attempt as it was, whatever its type.
	 */
	@SuppressWarnings("unchecked")
	private static <X extends Throwable> X last(RetryException failure) {
		Throwable last = failure.getLastException();
		for (Throwable earlier : failure.getExceptions()) {
			if (earlier != last) {
				last.addSuppressed(earlier);
			}
		}
		return (X) last;
	}

	/**
	 * The settings of the application.
	 * @return the settings
	 */
	public RetrySettings settings() {
		return this.settings;
	}

	/**
	 * What was run again, and how it ended.
	 * @return the counters, which go on counting
	 */
	public RetryStatistics statistics() {
		return this.statistics;
	}

}
