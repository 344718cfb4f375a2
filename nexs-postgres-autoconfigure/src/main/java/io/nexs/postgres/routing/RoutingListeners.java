package io.nexs.postgres.routing;

import java.sql.SQLException;
import java.util.List;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.limits.LimitKind;
import org.jspecify.annotations.Nullable;

/**
 * Several listeners as one; a failure of one does not keep the others from being told.
 * Thread-safe.
 */
public final class RoutingListeners implements RoutingListener {

	private final RoutingListener[] listeners;

	private RoutingListeners(List<RoutingListener> listeners) {
		this.listeners = listeners.stream().map(SafeListener::of).toArray(RoutingListener[]::new);
	}

	/**
	 * Joins listeners.
	 * @param listeners in the order they are told
	 * @return one for all; {@link RoutingListener#NONE} for an empty list
	 */
	public static RoutingListener of(List<RoutingListener> listeners) {
		return switch (listeners.size()) {
			case 0 -> NONE;
			case 1 -> SafeListener.of(listeners.get(0));
			default -> new RoutingListeners(listeners);
		};
	}

	@Override
	public void routed(Route route) {
		for (RoutingListener listener : this.listeners) {
			listener.routed(route);
		}
	}

	@Override
	public void acquired(Node node, long nanos, boolean success) {
		for (RoutingListener listener : this.listeners) {
			listener.acquired(node, nanos, success);
		}
	}

	@Override
	public void executed(Route route, StatementKind kind, long nanos, @Nullable SQLException failure) {
		for (RoutingListener listener : this.listeners) {
			listener.executed(route, kind, nanos, failure);
		}
	}

	@Override
	public void ended(Route route, TransactionOutcome outcome, long nanos) {
		for (RoutingListener listener : this.listeners) {
			listener.ended(route, outcome, nanos);
		}
	}

	@Override
	public void repeated(Route failed, SQLException failure) {
		for (RoutingListener listener : this.listeners) {
			listener.repeated(failed, failure);
		}
	}

	@Override
	public void failed(@Nullable Node node, SQLException failure) {
		for (RoutingListener listener : this.listeners) {
			listener.failed(node, failure);
		}
	}

	@Override
	public void usedConcurrently(@Nullable Route route, Thread other) {
		for (RoutingListener listener : this.listeners) {
			listener.usedConcurrently(route, other);
		}
	}

	@Override
	public void limited(Route route, LimitKind kind) {
		for (RoutingListener listener : this.listeners) {
			listener.limited(route, kind);
		}
	}

}
