package io.nexs.postgres.retry;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.ClassUtils;

/**
 * Runs a method through the {@link RetryManager}, with what {@link RetryTransaction} says
 * where the method or its class has it. Thread-safe.
 */
public final class RetryTransactionInterceptor implements MethodInterceptor {

	private final Supplier<RetryManager> manager;

	private final Map<MethodClassKey, RetrySettings> settings = new ConcurrentHashMap<>();

	/**
	 * Creates the interceptor.
	 * @param manager asked for when the first method runs
	 */
	public RetryTransactionInterceptor(Supplier<RetryManager> manager) {
		this.manager = manager;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		RetryManager retry = this.manager.get();
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? ClassUtils.getUserClass(target) : invocation.getMethod().getDeclaringClass();
		RetrySettings applied = this.settings.computeIfAbsent(new MethodClassKey(invocation.getMethod(), type),
				(any) -> settings(find(invocation.getMethod(), type), retry.settings()));
		return retry.execute(ClassUtils.getQualifiedMethodName(invocation.getMethod(), type), applied,
				new Attempt(invocation));
	}

	/**
	 * The annotation in force for a method: its own, else that of the class.
	 * @param method the method, may be that of an interface
	 * @param type the class it is called on
	 * @return the annotation, {@code null} if there is none
	 */
	public static @Nullable RetryTransaction find(Method method, Class<?> type) {
		Method specific = AopUtils.getMostSpecificMethod(method, type);
		RetryTransaction found = AnnotatedElementUtils.findMergedAnnotation(specific, RetryTransaction.class);
		if (found == null) {
			found = AnnotatedElementUtils.findMergedAnnotation(type, RetryTransaction.class);
		}
		if (found == null) {
			found = AnnotatedElementUtils.findMergedAnnotation(method, RetryTransaction.class);
		}
		return (found != null) ? found
				: AnnotatedElementUtils.findMergedAnnotation(method.getDeclaringClass(), RetryTransaction.class);
	}

	/**
	 * The settings an annotation and those of the application make together.
	 * @param annotation the annotation, {@code null} for none
	 * @param defaults the settings of the application
	 * @return the settings
	 * @throws IllegalArgumentException if they contradict each other
	 */
	public static RetrySettings settings(@Nullable RetryTransaction annotation, RetrySettings defaults) {
		if (annotation == null) {
			return defaults;
		}
		Duration delay = duration(annotation.delay(), defaults.delay());
		Duration longest = duration(annotation.maxDelay(),
				(delay.compareTo(defaults.maxDelay()) > 0) ? delay : defaults.maxDelay());
		return new RetrySettings((annotation.maxRetries() != 0) ? annotation.maxRetries() : defaults.maxRetries(),
				delay, longest, defaults.multiplier(), defaults.jitter(),
				duration(annotation.timeout(), defaults.timeout()),
				annotation.lockNotAvailable() || defaults.lockNotAvailable());
	}

	private static Duration duration(String text, Duration instead) {
		return text.isEmpty() ? instead : DurationFormatterUtils.detectAndParse(text);
	}

	/**
	 * An invocation goes through the rest of the chain once, so each attempt has a copy.
	 */
	private record Attempt(MethodInvocation invocation) implements RetryWork<@Nullable Object, Throwable> {

		/**
		 * NullAway takes no note of a type argument that may be null.
		 */
		@Override
		@SuppressWarnings("NullAway")
		public @Nullable Object run() throws Throwable {
			return (this.invocation instanceof ProxyMethodInvocation proxied) ? proxied.invocableClone().proceed()
					: this.invocation.proceed();
		}

	}

}
