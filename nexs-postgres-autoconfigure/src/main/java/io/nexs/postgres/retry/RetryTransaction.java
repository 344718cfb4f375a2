package io.nexs.postgres.retry;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a method, or each method of a class, again when its transaction is proven to be
 * rolled back; see {@link RetryManager} for when that is. It stands beside
 * {@code @Transactional} and is in force around it, so each attempt has a transaction of
 * its own. It begins none itself. A method that is called within a transaction joins it
 * and is not run again; the outermost annotation decides. What an attribute does not say
 * is taken from {@code nexs.db.retry}.
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface RetryTransaction {

	/**
	 * Runs after the first one at most.
	 * @return at least 1; 0 for the setting of the application
	 */
	int maxRetries() default 0;

	/**
	 * Pause before the first retry that no failover is the reason for.
	 * @return a duration such as {@code 100ms}; empty for the setting of the application
	 */
	String delay() default "";

	/**
	 * Longest pause.
	 * @return a duration such as {@code 5s}; empty for the setting of the application
	 */
	String maxDelay() default "";

	/**
	 * Time after which no further attempt is begun.
	 * @return a duration such as {@code 1m}, {@code 0s} for no limit; empty for the
	 * setting of the application
	 */
	String timeout() default "";

	/**
	 * Whether a lock that was not had in time (55P03) is a reason to run again, besides
	 * the setting of the application.
	 * @return {@code true} if it is
	 */
	boolean lockNotAvailable() default false;

}
