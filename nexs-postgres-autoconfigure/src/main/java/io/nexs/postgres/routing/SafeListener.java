package io.nexs.postgres.routing;

import java.sql.SQLException;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.limits.LimitKind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a listener throws away from the caller. Thread-safe.
 */
final class SafeListener implements RoutingListener {

	private static final Logger logger = LoggerFactory.getLogger(RoutingListener.class);

	private final RoutingListener delegate;

	private SafeListener(RoutingListener delegate) {
		this.delegate = delegate;
	}

	static RoutingListener of(RoutingListener listener) {
		return (listener == NONE || listener instanceof SafeListener) ? listener : new SafeListener(listener);
	}

	@Override
	public void routed(Route route) {
		try {
			this.delegate.routed(route);
		}
		catch (RuntimeException | LinkageError ex) {
			warn(ex);
		}
	}

	@Override
	public void acquired(Node node, long nanos, boolean success) {
		try {
			this.delegate.acquired(node, nanos, success);
		}
		catch (RuntimeException | LinkageError ex) {
			warn(ex);
		}
	}

	@Override
	public void executed(Route route, StatementKind kind, long nanos, @Nullable SQLException failure) {
		try {
			this.delegate.executed(route, kind, nanos, failure);
		}
		catch (RuntimeException | LinkageError ex) {
			warn(ex);
		}
	}

	@Override
	public void ended(Route route, TransactionOutcome outcome, long nanos) {
		try {
			this.delegate.ended(route, outcome, nanos);
		}
		catch (RuntimeException | LinkageError ex) {
			warn(ex);
		}
	}

	@Override
	public void repeated(Route failed, SQLException failure) {
		try {
			this.delegate.repeated(failed, failure);
		}
		catch (RuntimeException | LinkageError ex) {
			warn(ex);
		}
	}

	@Override
	public void failed(@Nullable Node node, SQLException failure) {
		try {
			this.delegate.failed(node, failure);
		}
		catch (RuntimeException | LinkageError ex) {
			warn(ex);
		}
	}

	@Override
	public void usedConcurrently(@Nullable Route route, Thread other) {
		try {
			this.delegate.usedConcurrently(route, other);
		}
		catch (RuntimeException | LinkageError ex) {
			warn(ex);
		}
	}

	@Override
	public void limited(Route route, LimitKind kind) {
		try {
			this.delegate.limited(route, kind);
		}
		catch (RuntimeException | LinkageError ex) {
			warn(ex);
		}
	}

	private void warn(Throwable failure) {
		logger.warn("{} failed and is ignored", this.delegate.getClass().getName(), failure);
	}

}
