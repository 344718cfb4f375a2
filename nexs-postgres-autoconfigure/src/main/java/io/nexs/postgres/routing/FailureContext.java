package io.nexs.postgres.routing;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;

import io.nexs.postgres.cluster.NodeRole;
import org.jspecify.annotations.Nullable;

/**
 * Where a failure of the driver happened and what it meant there. Exceptions of the
 * driver reach the caller as they are; this note is among their suppressed exceptions, so
 * that it is found behind whatever wraps them, and in logs. Has no stack trace, no
 * statement and no parameter. Immutable.
 */
public final class FailureContext extends Exception {

	private static final long serialVersionUID = 1L;

	private static final int MAX_CHAIN = 64;

	private final String node;

	private final NodeRole role;

	private final RouteReason reason;

	private final FailureEffect effect;

	private FailureContext(Route route, FailureEffect effect) {
		super("on " + route.node().id() + " as " + route.role() + " (" + route.reason().tag() + "): " + effect.text(),
				null, false, false);
		this.node = route.node().id();
		this.role = route.role();
		this.reason = route.reason();
		this.effect = effect;
	}

	/**
	 * The first note in a failure, its causes and the exceptions that come after them.
	 * @param failure the failure, may be {@code null}; chains may have cycles
	 * @return the note; empty if the failure did not come from a routed connection
	 */
	public static Optional<FailureContext> of(@Nullable Throwable failure) {
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		Deque<Throwable> next = new ArrayDeque<>();
		add(next, failure);
		while (!next.isEmpty() && seen.size() < MAX_CHAIN) {
			Throwable current = next.remove();
			if (!seen.add(current)) {
				continue;
			}
			for (Throwable suppressed : current.getSuppressed()) {
				if (suppressed instanceof FailureContext context) {
					return Optional.of(context);
				}
			}
			add(next, (current instanceof SQLException ex) ? ex.getNextException() : null);
			add(next, current.getCause());
		}
		return Optional.empty();
	}

	private static void add(Deque<Throwable> next, @Nullable Throwable failure) {
		if (failure != null) {
			next.add(failure);
		}
	}

	/**
	 * Puts the note on a failure, once.
	 */
	static void note(SQLException failure, Route route, FailureEffect effect) {
		for (Throwable suppressed : failure.getSuppressed()) {
			if (suppressed instanceof FailureContext) {
				return;
			}
		}
		failure.addSuppressed(new FailureContext(route, effect));
	}

	/**
	 * The node the work was sent to.
	 * @return its id
	 */
	public String node() {
		return this.node;
	}

	/**
	 * The role of the node when the route was taken.
	 * @return the role
	 */
	public NodeRole role() {
		return this.role;
	}

	/**
	 * Why the work went there.
	 * @return the reason of the route
	 */
	public RouteReason reason() {
		return this.reason;
	}

	/**
	 * What the failure means for the work.
	 * @return the effect
	 */
	public FailureEffect effect() {
		return this.effect;
	}

}
