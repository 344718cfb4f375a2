package io.nexs.postgres.routing;

import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.pool.PoolSnapshot;

/**
 * A node at one moment: what the monitor knows of it, and the figures of its pool.
 *
 * @param state what the monitor knows
 * @param pool figures of the pool
 */
public record ReplicaView(NodeState state, PoolSnapshot pool) {
}
