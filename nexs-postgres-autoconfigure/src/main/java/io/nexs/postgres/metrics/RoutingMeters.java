package io.nexs.postgres.metrics;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.limits.LimitKind;
import io.nexs.postgres.limits.TimeLimits;
import io.nexs.postgres.routing.Route;
import io.nexs.postgres.routing.RoutingListener;
import io.nexs.postgres.routing.StatementKind;
import io.nexs.postgres.routing.TransactionOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the meters of statements, routes, borrows and transactions. Each meter is
 * resolved when it is fed for the first time; from then on feeding it looks nothing up
 * and allocates nothing. Thread-safe.
 */
public final class RoutingMeters implements RoutingListener {

	private final MeterRegistry registry;

	private final MeterSettings settings;

	private volatile NodeMeters[] nodes = new NodeMeters[0];

	/**
	 * Creates the listener.
	 * @param registry where the meters are registered
	 * @param settings settings of the meters
	 */
	public RoutingMeters(MeterRegistry registry, MeterSettings settings) {
		this.registry = registry;
		this.settings = settings;
	}

	@Override
	public void routed(Route route) {
		of(route.node()).routed(route.reason());
	}

	@Override
	public void acquired(Node node, long nanos, boolean success) {
		of(node).acquired(success).record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void executed(Route route, StatementKind kind, long nanos, @Nullable SQLException failure) {
		NodeMeters meters = of(route.node());
		meters.executed(route.role(), kind, failure == null).record(nanos, TimeUnit.NANOSECONDS);
		if (failure != null) {
			meters.failed(failure);
		}
	}

	@Override
	public void ended(Route route, TransactionOutcome outcome, long nanos) {
		of(route.node()).ended(outcome).record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void repeated(Route failed, SQLException failure) {
		of(failed.node()).repeated(failure);
	}

	@Override
	public void failed(@Nullable Node node, SQLException failure) {
		of(node).failed(failure);
	}

	@Override
	public void limited(Route route, LimitKind kind) {
		of(route.node()).limited(kind).increment();
	}

	/**
	 * Registers the counters of the limits there are, so that they begin at zero.
	 * @param nodes the nodes
	 * @param limits the limits
	 */
	public void expect(List<Node> nodes, TimeLimits limits) {
		for (LimitKind kind : LimitKind.values()) {
			if (limits.nanos(kind) > 0) {
				nodes.forEach((node) -> of(node).limited(kind));
			}
		}
	}

	/**
	 * Nodes are few and live as long as the data source, so they are told apart by
	 * identity.
	 */
	private NodeMeters of(@Nullable Node node) {
		for (NodeMeters meters : this.nodes) {
			if (meters.node() == node) {
				return meters;
			}
		}
		return add(node);
	}

	private synchronized NodeMeters add(@Nullable Node node) {
		NodeMeters[] present = this.nodes;
		for (NodeMeters meters : present) {
			if (meters.node() == node) {
				return meters;
			}
		}
		NodeMeters added = new NodeMeters(node, this.registry, this.settings);
		NodeMeters[] grown = Arrays.copyOf(present, present.length + 1);
		grown[present.length] = added;
		this.nodes = grown;
		return added;
	}

}
