package io.nexs.postgres.validation;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import io.nexs.postgres.hook.HookContext;
import org.jspecify.annotations.Nullable;

/**
 * Counts queries that differ in their data only, within a request where it has a
 * correlation id, else within a transaction. Remembers the requests and transactions used
 * last. Thread-safe.
 */
final class RepeatCounter {

	private static final int REMEMBERED = 256;

	/** Kinds of queries that are counted in one request or transaction. */
	private static final int KINDS = 512;

	private final int most;

	private final Map<Object, Map<String, Integer>> scopes = new LinkedHashMap<>(16, 0.75f, true);

	RepeatCounter(int most) {
		this.most = most;
	}

	boolean isOff() {
		return this.most <= 0;
	}

	/**
	 * Counts a query.
	 * @return whether it is the first of its kind that is too many
	 */
	synchronized boolean isOneTooMany(HookContext context, String statement) {
		Object scope = scope(context);
		if (scope == null) {
			return false;
		}
		Map<String, Integer> counts = this.scopes.computeIfAbsent(scope, (any) -> new HashMap<>());
		if (this.scopes.size() > REMEMBERED) {
			this.scopes.remove(this.scopes.keySet().iterator().next());
		}
		if (counts.size() >= KINDS && !counts.containsKey(statement)) {
			return false;
		}
		return counts.merge(statement, 1, Integer::sum) == this.most + 1;
	}

	/**
	 * A transaction is over, or a connection was given back.
	 */
	synchronized void forget(HookContext context) {
		Object connection = context.connection();
		if (connection != null) {
			this.scopes.remove(connection);
		}
	}

	private static @Nullable Object scope(HookContext context) {
		return (context.correlationId() != null) ? context.correlationId() : context.connection();
	}

}
