package io.nexs.postgres.endpoint;

import java.util.List;
import java.util.Set;

import io.nexs.postgres.cluster.NodeIdentity;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.Term;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.endpoint.PoolSections.BudgetDescriptor;
import io.nexs.postgres.endpoint.PoolSections.RoutingDescriptor;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.PoolSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoint says of the cluster. No part of it is secret.
 *
 * @param primary id of the primary, {@code null} while there is none
 * @param epoch number of the topology
 * @param term newest term seen
 * @param conflict why there is no primary although nodes are writable
 * @param nodes the nodes in the order of the configuration
 * @param routing how routes are taken
 * @param failover changes of the primary
 * @param server figures of the servers, {@code null} where they are not read
 * @param safety findings, {@code null} where nobody looks
 */
public record ClusterDescriptor(@Nullable String primary, long epoch, @Nullable Term term, String conflict,
		List<NodeDescriptor> nodes, RoutingDescriptor routing, FailoverDescriptor failover,
		@Nullable List<ServerDescriptor> server, @Nullable SafetyDescriptor safety) {

	private static final double NANOS_PER_MICRO = 1000.0;

	static ClusterDescriptor of(Topology topology, PoolSections pools, FailoverManager manager,
			ObservationSections sections) {
		NodeState primary = topology.primary();
		return new ClusterDescriptor((primary != null) ? primary.id() : null, topology.epoch(), topology.term(),
				topology.conflict().name(),
				pools.pools().all().stream().map((pool) -> node(topology.node(pool.node().id()), pool, pools)).toList(),
				pools.routing(), FailoverDescriptor.of(manager, topology), sections.server(), sections.found());
	}

	static NodeDescriptor node(NodeState state, NodePool pool, PoolSections pools) {
		NodeIdentity identity = state.identity();
		return new NodeDescriptor(state.id(), state.node().address().toString(), state.role().name(),
				state.status().name(), known(state.timeline(), 1), known(state.lagBytes(), 0),
				known(state.lagMillis(), 0), latency(state), pools.weight(pool), state.node().zone(),
				state.node().tags(), (identity != null) ? identity.serverVersion() : null, state.endpoint(),
				state.lagging(), state.followsOldTimeline(),
				(state.lastProbe() != null) ? state.lastProbe().toString() : null, state.lastError(),
				PoolDescriptor.of(pool), state.node().weight(), pools.budget(pool));
	}

	private static @Nullable Long known(long value, long lowest) {
		return (value >= lowest) ? value : null;
	}

	private static @Nullable Double latency(NodeState state) {
		return (state.latencyNanos() > 0) ? Math.round(state.latencyNanos() / NANOS_PER_MICRO) / 1000.0 : null;
	}

	/**
	 * One node. What is not known is {@code null}.
	 *
	 * @param id id of the node
	 * @param address host and port
	 * @param role role PostgreSQL last gave
	 * @param status how far it can be relied on
	 * @param timeline its timeline
	 * @param lagBytes bytes it has not replayed
	 * @param lagMillis milliseconds it is behind
	 * @param latencyMillis round trip of the last probe, in milliseconds
	 * @param weight its share of reads
	 * @param zone where it stands
	 * @param tags labels
	 * @param serverVersion version of the server
	 * @param endpoint whether the address has led to different servers
	 * @param lagging whether it is over both lag limits
	 * @param followsOldTimeline whether it follows a deposed primary
	 * @param lastProbe when the last probe ended, ISO 8601
	 * @param error why it is not used
	 * @param pool its pool
	 * @param configuredWeight its share of reads by the configuration
	 * @param budget what its server has room for; {@code null} behind PgBouncer and while
	 * nothing is known of the server
	 */
	public record NodeDescriptor(String id, String address, String role, String status, @Nullable Long timeline,
			@Nullable Long lagBytes, @Nullable Long lagMillis, @Nullable Double latencyMillis, int weight,
			@Nullable String zone, Set<String> tags, @Nullable String serverVersion, boolean endpoint, boolean lagging,
			boolean followsOldTimeline, @Nullable String lastProbe, @Nullable String error, PoolDescriptor pool,
			int configuredWeight, @Nullable BudgetDescriptor budget) {
	}

	/**
	 * The pool of a node.
	 *
	 * @param active connections lent
	 * @param idle connections that wait
	 * @param total all connections
	 * @param max most connections it opens
	 * @param min idle connections it keeps
	 * @param configuredMax most connections by the configuration
	 * @param configuredMin idle connections by the configuration
	 * @param waiting threads that wait
	 * @param efficiency share of the borrows since the start that got one at once
	 */
	public record PoolDescriptor(int active, int idle, int total, int max, int min, int configuredMax,
			int configuredMin, int waiting, @Nullable Double efficiency) {

		static PoolDescriptor of(NodePool pool) {
			PoolSnapshot snapshot = pool.snapshot();
			return new PoolDescriptor(snapshot.active(), snapshot.idle(), snapshot.total(), snapshot.max(),
					pool.bounds().min(), pool.configuredBounds().max(), pool.configuredBounds().min(),
					snapshot.waiting(), Double.isNaN(snapshot.efficiency()) ? null : snapshot.efficiency());
		}

	}

}
