package io.nexs.postgres.routing;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.ServerInstance;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.pool.NodeConnector;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.pool.NodeTraffic;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.pool.Pooler;
import org.jspecify.annotations.Nullable;

/**
 * What decides inside a {@link Router}, without connections: the table of each topology
 * and the choice for reads. Opened to the simulation. The pools it stands on never open a
 * connection and serve all schedules.
 */
public final class SimulatedRouting {

	private static final long NO_NODE = 1L << 62;

	private final List<NodeTarget> targets;

	private final ReadChoice choice = new ReadChoice(Integer.MAX_VALUE);

	private RoutingTable table;

	/** With a balancer of its own, so that chance changes nothing of what follows. */
	private RoutingTable tableByChance;

	private SimulatedRouting(List<NodeTarget> targets, Topology topology) {
		this.targets = targets;
		this.table = RoutingTable.of(topology, targets, null, rules(), null);
		this.tableByChance = RoutingTable.of(topology, targets, null, rules(), null);
	}

	public void publish(Topology topology) {
		this.table = next(topology, this.table);
		this.tableByChance = next(topology, this.tableByChance);
	}

	private RoutingTable next(Topology topology, RoutingTable before) {
		return RoutingTable.of(topology, this.targets, null, before.rules(), before);
	}

	private static RoutingRules rules() {
		return new RoutingRules(ReadPreference.SECONDARY_PREFERRED, new InTurn(), null, Map.of());
	}

	/**
	 * Where a write goes.
	 */
	public @Nullable Node primary() {
		NodeTarget primary = this.table.primary();
		return (primary != null) ? primary.node() : null;
	}

	/**
	 * Where a read goes. Without chance, so recovering replicas are always candidates.
	 */
	public @Nullable Route read(ReadPreference preference) {
		return route(this.choice.choose(this.table, preference, Set.of(), NO_NODE));
	}

	/**
	 * Where a read may go, too: recovering replicas are candidates now and then.
	 */
	public @Nullable Route readByChance(ReadPreference preference) {
		return route(this.choice.choose(this.tableByChance, preference, Set.of(), 0));
	}

	private static @Nullable Route route(@Nullable Way way) {
		return (way != null) ? way.route() : null;
	}

	/**
	 * Targets of all nodes, made once.
	 */
	public static final class Targets implements AutoCloseable {

		private final NodePools pools;

		private final List<NodeTarget> all = new ArrayList<>();

		public Targets(List<Node> nodes) {
			PoolSettings defaults = PoolSettings.defaults();
			this.pools = new NodePools(nodes,
					new PoolSettings(1, 0, defaults.maxConnLifetime(), defaults.maxConnIdleTime(), defaults.timeouts(),
							defaults.leakDetectionThreshold(), defaults.keepaliveTime(), null, Map.of(), Map.of(),
							Pooler.NONE, Map.of()),
					new NodeConnector(defaults), new NoTraffic());
			for (NodePool pool : this.pools.all()) {
				this.all.add(new NodeTarget(pool, this.all.size()));
			}
		}

		public SimulatedRouting routing(Topology topology) {
			return new SimulatedRouting(this.all.subList(0, topology.nodes().size()), topology);
		}

		@Override
		public void close() {
			this.pools.close();
		}

	}

	/**
	 * One after the other.
	 */
	private static final class InTurn implements Balancer {

		private int turns;

		@Override
		public int choose(List<? extends Candidate> candidates) {
			return this.turns++ % candidates.size();
		}

	}

	/**
	 * There are no connections.
	 */
	private static final class NoTraffic implements NodeTraffic {

		@Override
		public void failed(String nodeId, SQLException failure) {
		}

		@Override
		public void connected(String nodeId, ServerInstance server) {
		}

	}

}
