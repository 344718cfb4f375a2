package io.nexs.postgres.routing;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * Puts {@link ReadFrom} into force around a method. Thread-safe.
 * <p>
 * A repository of Spring Data is a proxy whose target class is the same for all
 * repositories; what tells them apart, and has the annotation, is the proxy's own
 * interface. So the type looked at is the class of the target and not what is behind it.
 */
public final class ReadFromInterceptor implements MethodInterceptor {

	private final Map<MethodClassKey, ReadScope> scopes = new ConcurrentHashMap<>();

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? ClassUtils.getUserClass(target) : invocation.getMethod().getDeclaringClass();
		MethodClassKey key = new MethodClassKey(invocation.getMethod(), type);
		ReadScope scope = this.scopes.computeIfAbsent(key, (any) -> find(invocation.getMethod(), type));
		ReadScope previous = scope.enter();
		try {
			return invocation.proceed();
		}
		finally {
			ReadScope.restore(previous);
		}
	}

	private static ReadScope find(Method method, Class<?> type) {
		Method specific = AopUtils.getMostSpecificMethod(method, type);
		ReadFrom annotation = AnnotatedElementUtils.findMergedAnnotation(specific, ReadFrom.class);
		if (annotation == null) {
			annotation = AnnotatedElementUtils.findMergedAnnotation(type, ReadFrom.class);
		}
		if (annotation == null) {
			annotation = AnnotatedElementUtils.findMergedAnnotation(method, ReadFrom.class);
		}
		if (annotation == null) {
			annotation = AnnotatedElementUtils.findMergedAnnotation(method.getDeclaringClass(), ReadFrom.class);
		}
		if (annotation == null) {
			throw new IllegalStateException("No @ReadFrom on " + method);
		}
		return new ReadScope(annotation.value(), Set.of(annotation.tags()), false);
	}

}
