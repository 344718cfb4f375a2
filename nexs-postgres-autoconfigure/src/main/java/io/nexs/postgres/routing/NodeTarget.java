package io.nexs.postgres.routing;

import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.util.UtilityElf;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeIdentity;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.pool.NodePool;
import org.jspecify.annotations.Nullable;

/**
 * A node as routing sees it: its pool, its load, and every way that can lead to it, made
 * once. Lives as long as the data source. Thread-safe.
 */
final class NodeTarget implements Candidate {

	private final NodePool pool;

	private final int index;

	private final NodeLoad load = new NodeLoad();

	private final AtomicInteger fallbacks = new AtomicInteger();

	private final Way[][] ways = new Way[NodeRole.values().length][RouteReason.values().length];

	private final boolean isolationConfigured;

	private volatile int weight;

	private volatile int defaultIsolation = Connection.TRANSACTION_READ_COMMITTED;

	NodeTarget(NodePool pool, int index) {
		this.pool = pool;
		this.index = index;
		this.weight = pool.node().weight();
		int configured = UtilityElf.getTransactionIsolation(pool.hikari().getTransactionIsolation());
		this.isolationConfigured = configured > 0;
		if (this.isolationConfigured) {
			this.defaultIsolation = configured;
		}
		for (NodeRole role : NodeRole.values()) {
			for (RouteReason reason : RouteReason.values()) {
				this.ways[role.ordinal()][reason.ordinal()] = new Way(this, new Route(pool.node(), role, reason));
			}
		}
	}

	@Override
	public Node node() {
		return this.pool.node();
	}

	@Override
	public int weight() {
		return this.weight;
	}

	void weigh(int newWeight) {
		this.weight = newWeight;
	}

	@Override
	public int activeConnections() {
		return this.pool.lent();
	}

	@Override
	public double latencyNanos() {
		return this.load.latencyNanos();
	}

	/**
	 * Takes over what the monitor knows of the server.
	 */
	void learn(@Nullable NodeIdentity identity) {
		if (identity != null && !this.isolationConfigured) {
			this.defaultIsolation = switch (identity.defaultIsolation()) {
				case "read uncommitted" -> Connection.TRANSACTION_READ_UNCOMMITTED;
				case "repeatable read" -> Connection.TRANSACTION_REPEATABLE_READ;
				case "serializable" -> Connection.TRANSACTION_SERIALIZABLE;
				default -> Connection.TRANSACTION_READ_COMMITTED;
			};
		}
	}

	int defaultIsolation() {
		return this.defaultIsolation;
	}

	NodePool pool() {
		return this.pool;
	}

	NodeLoad load() {
		return this.load;
	}

	/**
	 * Connections lent as a fallback to this node.
	 */
	AtomicInteger fallbacks() {
		return this.fallbacks;
	}

	Way way(NodeRole role, RouteReason reason) {
		return this.ways[role.ordinal()][reason.ordinal()];
	}

	/**
	 * The bit of this node in a set of nodes.
	 */
	long bit() {
		return 1L << (this.index % Long.SIZE);
	}

	@Override
	public String toString() {
		return node().id();
	}

}
