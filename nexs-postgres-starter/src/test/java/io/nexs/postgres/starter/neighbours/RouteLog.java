package io.nexs.postgres.starter.neighbours;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.routing.Route;
import io.nexs.postgres.routing.RoutingListener;
import io.nexs.postgres.routing.StatementKind;
import org.jspecify.annotations.Nullable;

/**
 * Remembers where connections were borrowed for the application and where its statements
 * went. Probes, warm-up and the filling of pools are not among them.
 */
public final class RouteLog implements RoutingListener {

	private final List<NodeRole> borrowed = new CopyOnWriteArrayList<>();

	private final List<NodeRole> executed = new CopyOnWriteArrayList<>();

	@Override
	public void routed(Route route) {
		this.borrowed.add(route.role());
	}

	@Override
	public void executed(Route route, StatementKind kind, long nanos, @Nullable SQLException failure) {
		this.executed.add(route.role());
	}

	/**
	 * Roles of all nodes that lent a connection or got a statement.
	 */
	List<NodeRole> used() {
		return Stream.concat(this.borrowed.stream(), this.executed.stream()).toList();
	}

	/**
	 * Roles of the nodes that got a statement, in order.
	 */
	List<NodeRole> executed() {
		return List.copyOf(this.executed);
	}

	void clear() {
		this.borrowed.clear();
		this.executed.clear();
	}

}
