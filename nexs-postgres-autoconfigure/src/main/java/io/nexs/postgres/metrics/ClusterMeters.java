package io.nexs.postgres.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.cluster.TopologyListener;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;

/**
 * The meters of nodes, pools and the cluster. The gauges read the topology and the pools
 * when they are asked; the counter of changes is told by the monitor. Thread-safe.
 */
public final class ClusterMeters implements TopologyListener {

	private static final double MILLIS_PER_SECOND = 1e3;

	private static final double NANOS_PER_SECOND = 1e9;

	private final MeterRegistry registry;

	private final ClusterMonitor monitor;

	private final Counter primaryChanges;

	/**
	 * Registers the meters, and the meters of each HikariCP pool that reports to nobody
	 * yet.
	 * @param registry where to
	 * @param monitor knows the nodes
	 * @param pools their pools
	 */
	public ClusterMeters(MeterRegistry registry, ClusterMonitor monitor, NodePools pools) {
		this.registry = registry;
		this.monitor = monitor;
		this.primaryChanges = Counter.builder(NexsDbMeter.PRIMARY_CHANGES.meterName())
			.description(NexsDbMeter.PRIMARY_CHANGES.description())
			.register(registry);
		registerCluster();
		for (NodePool pool : pools.all()) {
			registerNode(pool.node().id());
			registerPool(pool);
			registerHikari(pool.hikari());
		}
	}

	@Override
	public void topologyChanged(Topology topology, List<ClusterEvent> events) {
		for (ClusterEvent event : events) {
			if (event instanceof ClusterEvent.PrimaryChanged change && change.to() != null) {
				this.primaryChanges.increment();
			}
		}
	}

	private void registerCluster() {
		Tags none = Tags.empty();
		gauge(NexsDbMeter.PRIMARY_PRESENT, none, (topology) -> topology.hasPrimary() ? 1 : 0);
		gauge(NexsDbMeter.CONFLICT, none, (topology) -> (topology.conflict() != PrimaryConflict.NONE) ? 1 : 0);
		gauge(NexsDbMeter.EPOCH, none, Topology::epoch);
		gauge(NexsDbMeter.TIMELINE, none, ClusterMeters::timeline);
	}

	private static double timeline(Topology topology) {
		return (topology.term() != null) ? topology.term().timeline() : 0;
	}

	private void registerNode(String id) {
		Tags tags = Tags.of("node", id);
		gauge(NexsDbMeter.NODE_UP, tags, (topology) -> topology.node(id).status().takesWork() ? 1 : 0);
		for (NodeRole role : NodeRole.values()) {
			gauge(NexsDbMeter.NODE_ROLE, tags.and("role", NodeMeters.tag(role)),
					(topology) -> (topology.node(id).role() == role) ? 1 : 0);
		}
		for (NodeStatus status : NodeStatus.values()) {
			gauge(NexsDbMeter.NODE_STATUS, tags.and("status", NodeMeters.tag(status)),
					(topology) -> (topology.node(id).status() == status) ? 1 : 0);
		}
		gauge(NexsDbMeter.LAG_BYTES, tags, (topology) -> orNaN(topology.node(id).lagBytes(), 1));
		gauge(NexsDbMeter.LAG_SECONDS, tags, (topology) -> orNaN(topology.node(id).lagMillis(), MILLIS_PER_SECOND));
		gauge(NexsDbMeter.PROBE_LATENCY, tags, (topology) -> latency(topology.node(id)));
	}

	private static double orNaN(long value, double divisor) {
		return (value >= 0) ? value / divisor : Double.NaN;
	}

	private static double latency(NodeState state) {
		return (state.latencyNanos() > 0) ? state.latencyNanos() / NANOS_PER_SECOND : Double.NaN;
	}

	private void registerPool(NodePool pool) {
		Tags tags = Tags.of("node", pool.node().id());
		for (NodeRole role : NodeRole.values()) {
			Tags withRole = tags.and("role", NodeMeters.tag(role));
			gauge(NexsDbMeter.CONNECTIONS_ACTIVE, withRole, pool, (any) -> isIn(pool, role) ? pool.lent() : 0);
			gauge(NexsDbMeter.CONNECTIONS_IDLE, withRole, pool, (any) -> isIn(pool, role) ? pool.snapshot().idle() : 0);
		}
		gauge(NexsDbMeter.POOL_MAX, tags, pool, (any) -> pool.snapshot().max());
		gauge(NexsDbMeter.POOL_WAITING, tags, pool, (any) -> pool.snapshot().waiting());
		counter(NexsDbMeter.POOL_RESIZES, tags, pool, NodePool::resizes);
		counter(NexsDbMeter.POOL_TIMEOUTS, tags, pool, (any) -> pool.snapshot().timeouts());
		counter(NexsDbMeter.POOL_OPENED, tags, pool, (any) -> pool.snapshot().created());
		counter(NexsDbMeter.POOL_WAITS, tags, pool, (any) -> pool.snapshot().waits());
		gauge(NexsDbMeter.POOL_EFFICIENCY, tags, pool, (any) -> pool.snapshot().efficiency());
		gauge(NexsDbMeter.CERTIFICATE_EXPIRY, tags, pool, (any) -> certificate(pool));
	}

	private static double certificate(NodePool pool) {
		Instant expiry = pool.certificateExpiry();
		return (expiry != null) ? Duration.between(Instant.now(), expiry).toMillis() / MILLIS_PER_SECOND : Double.NaN;
	}

	private boolean isIn(NodePool pool, NodeRole role) {
		return this.monitor.topology().node(pool.node().id()).role() == role;
	}

	private void registerHikari(HikariDataSource hikari) {
		if (hikari.getMetricsTrackerFactory() == null && hikari.getMetricRegistry() == null) {
			hikari.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(this.registry));
		}
	}

	private void gauge(NexsDbMeter meter, Tags tags, ToDoubleFunction<Topology> value) {
		gauge(meter, tags, this.monitor, (monitor) -> value.applyAsDouble(monitor.topology()));
	}

	private <T> void gauge(NexsDbMeter meter, Tags tags, T object, ToDoubleFunction<T> value) {
		Gauge.builder(meter.meterName(), object, value)
			.description(meter.description())
			.baseUnit(meter.unit())
			.tags(tags)
			.register(this.registry);
	}

	private <T> void counter(NexsDbMeter meter, Tags tags, T object, ToDoubleFunction<T> value) {
		FunctionCounter.builder(meter.meterName(), object, value)
			.description(meter.description())
			.tags(tags)
			.register(this.registry);
	}

}
