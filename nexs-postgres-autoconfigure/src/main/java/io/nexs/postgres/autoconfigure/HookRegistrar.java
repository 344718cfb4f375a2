package io.nexs.postgres.autoconfigure;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookRegistration;
import io.nexs.postgres.hook.HookRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.annotation.OrderUtils;

/**
 * Adds every hook bean to the registry, once all beans are made: what migrates the schema
 * before that is not hooked.
 */
final class HookRegistrar implements SmartInitializingSingleton {

	private final ListableBeanFactory beans;

	private final HookRegistry registry;

	private final HooksProperties properties;

	HookRegistrar(ListableBeanFactory beans, HookRegistry registry, HooksProperties properties) {
		this.beans = beans;
		this.registry = registry;
		this.properties = properties;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (!this.properties.enabled()) {
			return;
		}
		for (Map.Entry<String, DatabaseHook> bean : this.beans.getBeansOfType(DatabaseHook.class).entrySet()) {
			this.registry.add(bean.getKey(), bean.getValue(), order(bean.getKey(), bean.getValue()));
		}
		checkNames("nexs.db.hooks.disabled", this.properties.disabled());
		checkNames("nexs.db.hooks.async", this.properties.async());
	}

	private int order(String name, DatabaseHook hook) {
		if (hook instanceof Ordered ordered) {
			return ordered.getOrder();
		}
		Order order = this.beans.findAnnotationOnBean(name, Order.class);
		@Nullable Integer ofClass = (order != null) ? (Integer) order.value() : OrderUtils.getOrder(hook.getClass());
		return (ofClass != null) ? ofClass : Ordered.LOWEST_PRECEDENCE;
	}

	private void checkNames(String key, Set<String> names) {
		List<String> known = this.registry.hooks().stream().map(HookRegistration::name).toList();
		Set<String> unknown = new HashSet<>(names);
		known.forEach(unknown::remove);
		if (!unknown.isEmpty()) {
			throw new InvalidSettingException(key, "names " + unknown + ", which is no hook",
					"Name hooks there are: " + known + ".");
		}
	}

}
