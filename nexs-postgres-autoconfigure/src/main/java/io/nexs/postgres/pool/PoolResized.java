package io.nexs.postgres.pool;

import java.time.Instant;

/**
 * The bounds of a pool were changed in the running process. Published as an application
 * event.
 *
 * @param at when
 * @param nodeId id of the node
 * @param before bounds before
 * @param after bounds from now on
 * @param reason why, for people
 */
public record PoolResized(Instant at, String nodeId, PoolBounds before, PoolBounds after, String reason) {
}
