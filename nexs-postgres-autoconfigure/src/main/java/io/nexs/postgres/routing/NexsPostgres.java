package io.nexs.postgres.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.dsn.HostAndPort;
import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.hook.HookDispatcher;
import io.nexs.postgres.limits.LimitSettings;
import io.nexs.postgres.limits.TimeLimits;
import io.nexs.postgres.pool.NodeConnector;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.pool.NodeTraffic;
import io.nexs.postgres.pool.PoolSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data source without an application context, for tests and command-line programs. It
 * owns the monitor and the pools; {@link #close()} ends them. Thread-safe.
 */
public final class NexsPostgres implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(NexsPostgres.class);

	private final ClusterMonitor monitor;

	private final NodePools pools;

	private final RoutingDataSource dataSource;

	private final RoutingControl control;

	private final TimeLimits limits;

	private final Duration drainTimeout;

	private NexsPostgres(Builder builder) {
		NodeConnector connector = new NodeConnector(builder.pool);
		this.monitor = new ClusterMonitor(builder.nodes, builder.monitor, connector);
		this.pools = new NodePools(builder.nodes, builder.pool, connector, NodeTraffic.to(this.monitor), builder.hooks);
		this.limits = new TimeLimits(builder.limits);
		RoutingCollaborators defaults = builder.collaborators(this);
		RoutingCollaborators collaborators = builder.collaborators.apply(defaults);
		ReadPreference preference = builder.routing.preference();
		this.control = (collaborators.balancer() == defaults.balancer())
				? new RoutingControl(this.pools, preference, BalancerKind.ROUND_ROBIN)
				: new RoutingControl(this.pools, preference, collaborators.balancer());
		this.dataSource = new RoutingDataSource(this.monitor, this.pools, builder.routing, collaborators, this.control);
		this.drainTimeout = builder.drainTimeout;
	}

	/**
	 * Starts with the addresses.
	 * @param dsn DSN of one or several hosts
	 * @return a builder
	 */
	public static Builder of(String dsn) {
		return new Builder().dsn(dsn);
	}

	/**
	 * The data source.
	 * @return always the same
	 */
	public RoutingDataSource dataSource() {
		return this.dataSource;
	}

	/**
	 * The monitor of the nodes.
	 * @return always the same
	 */
	public ClusterMonitor monitor() {
		return this.monitor;
	}

	/**
	 * The pools of the nodes.
	 * @return always the same
	 */
	public NodePools pools() {
		return this.pools;
	}

	/**
	 * Changes routing and the bounds of the pools.
	 * @return always the same
	 */
	public RoutingControl control() {
		return this.control;
	}

	/**
	 * Waits for connections that are lent, then closes all.
	 */
	@Override
	public void close() {
		try {
			int left = this.pools.drain(this.drainTimeout);
			if (left > 0) {
				logger.warn("{} connections were not given back within {}", left, this.drainTimeout);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.pools.close();
		this.monitor.close();
		this.limits.close();
	}

	/**
	 * Collects what is needed. Not thread-safe.
	 */
	public static final class Builder {

		private final List<Node> nodes = new ArrayList<>();

		private PoolSettings pool = PoolSettings.defaults();

		private MonitorSettings monitor = MonitorSettings.defaults();

		private RoutingSettings routing = RoutingSettings.defaults();

		private UnaryOperator<RoutingCollaborators> collaborators = UnaryOperator.identity();

		private BiFunction<ClusterMonitor, NodePools, CommitProtocol> commit = (monitor, pools) -> CommitProtocol.PLAIN;

		private Duration drainTimeout = Duration.ZERO;

		private HookDispatcher hooks = HookDispatcher.NONE;

		private LimitSettings limits = LimitSettings.NONE;

		private @Nullable BiFunction<ClusterMonitor, NodePools, WriteGate> gate;

		private Builder() {
		}

		/**
		 * Adds the hosts of a DSN, with ids {@code node-1}, {@code node-2} and so on.
		 * @param dsn DSN of one or several hosts
		 * @return this
		 * @throws IllegalArgumentException if it is malformed
		 */
		public Builder dsn(String dsn) {
			PostgresDsn parsed = PostgresDsn.parse(dsn);
			for (HostAndPort host : parsed.hosts()) {
				this.nodes.add(new Node("node-" + (this.nodes.size() + 1), parsed.forHost(host), 1, null, Set.of()));
			}
			return this;
		}

		/**
		 * Adds a node.
		 * @param node the node
		 * @return this
		 */
		public Builder node(Node node) {
			this.nodes.add(node);
			return this;
		}

		/**
		 * Takes the place of the defaults.
		 * @param pool settings of the pools, one for each node
		 * @return this
		 */
		public Builder pool(PoolSettings pool) {
			this.pool = pool;
			return this;
		}

		/**
		 * Takes the place of the defaults.
		 * @param monitor how nodes are watched
		 * @return this
		 */
		public Builder monitor(MonitorSettings monitor) {
			this.monitor = monitor;
			return this;
		}

		/**
		 * Takes the place of the defaults.
		 * @param routing where reads go, and how long a connection is waited for
		 * @return this
		 */
		public Builder routing(RoutingSettings routing) {
			this.routing = routing;
			return this;
		}

		/**
		 * Replaces parts of routing.
		 * @param change takes the defaults, returns what to use
		 * @return this
		 */
		public Builder collaborators(UnaryOperator<RoutingCollaborators> change) {
			this.collaborators = change;
			return this;
		}

		/**
		 * Sets how COMMIT is said.
		 * @param commit makes the protocol
		 * @return this
		 */
		public Builder commit(BiFunction<ClusterMonitor, NodePools, CommitProtocol> commit) {
			this.commit = commit;
			return this;
		}

		/**
		 * Sets what becomes of a write while there is no primary; without it the write
		 * waits as long as for a connection.
		 * @param gate makes the gate
		 * @return this
		 */
		public Builder gate(BiFunction<ClusterMonitor, NodePools, WriteGate> gate) {
			this.gate = gate;
			return this;
		}

		/**
		 * Sets the hooks, which stay the caller's.
		 * @param hooks calls them
		 * @return this
		 */
		public Builder hooks(HookDispatcher hooks) {
			this.hooks = hooks;
			return this;
		}

		/**
		 * Sets the time limits of statements.
		 * @param limits the limits
		 * @return this
		 */
		public Builder limits(LimitSettings limits) {
			this.limits = limits;
			return this;
		}

		private RoutingCollaborators collaborators(NexsPostgres postgres) {
			RoutingCollaborators defaults = RoutingCollaborators
				.defaults(postgres.monitor, this.routing.acquireTimeout())
				.withCommit(this.commit.apply(postgres.monitor, postgres.pools))
				.withHooks(this.hooks)
				.withLimits(postgres.limits);
			return (this.gate != null) ? defaults.withGate(this.gate.apply(postgres.monitor, postgres.pools))
					: defaults;
		}

		/**
		 * Sets how long {@link NexsPostgres#close()} waits for lent connections.
		 * @param drainTimeout longest wait; zero for none
		 * @return this
		 */
		public Builder drainTimeout(Duration drainTimeout) {
			this.drainTimeout = drainTimeout;
			return this;
		}

		/**
		 * Starts the monitor, which waits until every node was probed once or the probe
		 * time-out has passed.
		 * @return the started data source
		 */
		public NexsPostgres start() {
			NexsPostgres started = new NexsPostgres(this);
			started.monitor.start();
			return started;
		}

	}

}
