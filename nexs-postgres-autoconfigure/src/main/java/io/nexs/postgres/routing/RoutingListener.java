package io.nexs.postgres.routing;

import java.sql.SQLException;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.limits.LimitKind;
import org.jspecify.annotations.Nullable;

/**
 * Observes routing: a bean of this type is told of every route, borrow, statement and
 * transaction. Called on the thread of the caller, on the hot path: it must be
 * thread-safe, must not block and should not allocate. What it throws is logged and
 * ignored.
 */
public interface RoutingListener {

	/**
	 * Observes nothing.
	 */
	RoutingListener NONE = new RoutingListener() {
	};

	/**
	 * A route was taken and a connection borrowed for it.
	 * @param route the decision
	 */
	default void routed(Route route) {
	}

	/**
	 * A connection was asked of a node's pool.
	 * @param node the node
	 * @param nanos time it took, in nanoseconds
	 * @param success whether the pool lent one
	 */
	default void acquired(Node node, long nanos, boolean success) {
	}

	/**
	 * A statement was executed.
	 * @param route where
	 * @param kind the JDBC method
	 * @param nanos time until the driver returned, in nanoseconds
	 * @param failure what the driver threw, or {@code null}
	 */
	default void executed(Route route, StatementKind kind, long nanos, @Nullable SQLException failure) {
	}

	/**
	 * A transaction that had executed a statement ended.
	 * @param route where
	 * @param outcome how
	 * @param nanos time from its first statement to its end, in nanoseconds
	 */
	default void ended(Route route, TransactionOutcome outcome, long nanos) {
	}

	/**
	 * A statement failed in a way that allows its repeat elsewhere, and will be repeated.
	 * @param failed the route that failed
	 * @param failure why
	 */
	default void repeated(Route failed, SQLException failure) {
	}

	/**
	 * Something other than a statement failed, and the caller is told: taking a
	 * connection, or a COMMIT.
	 * @param node where; {@code null} if no node was to be had
	 * @param failure what the caller gets
	 */
	default void failed(@Nullable Node node, SQLException failure) {
	}

	/**
	 * A connection is used by the present thread while another one is inside a call on
	 * it. The call goes on.
	 * @param route where; {@code null} while there is no route
	 * @param other the thread inside
	 */
	default void usedConcurrently(@Nullable Route route, Thread other) {
	}

	/**
	 * A statement was ended by a time limit.
	 * @param route where
	 * @param kind the kind of the limit
	 */
	default void limited(Route route, LimitKind kind) {
	}

}
