package io.nexs.postgres.autoconfigure.hooks;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.EventListener;

/**
 * Collects events of the application.
 */
class Events {

	private final List<Object> all = new CopyOnWriteArrayList<>();

	@EventListener
	void on(PayloadApplicationEvent<?> event) {
		this.all.add(event.getPayload());
	}

	<T> List<T> of(Class<T> type) {
		return this.all.stream().filter(type::isInstance).map(type::cast).toList();
	}

	List<Object> all() {
		return this.all;
	}

	void clear() {
		this.all.clear();
	}

}
