package io.nexs.sample.live;

import java.util.List;
import java.util.Locale;

import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.failover.FailoverStatistics;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.pool.PoolSnapshot;
import io.nexs.postgres.routing.RoutingDataSource;
import io.nexs.sample.demo.DemoMenu;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Puts together what is known now. Asks no server.
 */
@Component
class LiveStates {

	private static final double NANOS_PER_MICRO = 1e3;

	private final RoutingDataSource dataSource;

	private final NodePools pools;

	private final FailoverManager failover;

	private final TrafficRates rates;

	private final LiveLoad load;

	private final DemoMenu menu;

	LiveStates(RoutingDataSource dataSource, NodePools pools, FailoverManager failover, TrafficRates rates,
			LiveLoad load, DemoMenu menu) {
		this.dataSource = dataSource;
		this.pools = pools;
		this.failover = failover;
		this.rates = rates;
		this.load = load;
		this.menu = menu;
	}

	LiveState now() {
		Topology topology = this.dataSource.topology();
		FailoverStatistics statistics = this.failover.statistics();
		NodeState primary = topology.primary();
		List<LiveState.LiveNode> nodes = topology.nodes()
			.stream()
			.map((node) -> node(node, this.pools.of(node.id()).snapshot(), this.rates.of(node.id())))
			.toList();
		return new LiveState(lower(statistics.state()), (primary != null) ? primary.id() : null,
				(topology.term() != null) ? topology.term().timeline() : 0,
				(topology.conflict() != PrimaryConflict.NONE) ? lower(topology.conflict()) : null,
				statistics.writes().waiting(), nodes, this.load.view(), this.menu.choices(topology));
	}

	static LiveState.LiveNode node(NodeState node, PoolSnapshot pool, TrafficRates.Rate rate) {
		return new LiveState.LiveNode(node.id(), node.node().address().toString(), lower(node.role()),
				lower(node.status()), (node.timeline() > 0) ? node.timeline() : null, known(node.lagBytes()),
				known(node.lagMillis()), node.lagging(), latency(node), node.lastError(), rate, pool.active(),
				pool.max());
	}

	private static @Nullable Long known(long value) {
		return (value >= 0) ? value : null;
	}

	private static @Nullable Double latency(NodeState node) {
		return (node.latencyNanos() > 0) ? Math.round(node.latencyNanos() / NANOS_PER_MICRO) / 1e3 : null;
	}

	private static String lower(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

}
