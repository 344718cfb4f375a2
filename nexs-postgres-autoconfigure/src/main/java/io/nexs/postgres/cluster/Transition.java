package io.nexs.postgres.cluster;

import java.util.List;

/**
 * What one observation leads to.
 *
 * @param state the state after it
 * @param events what changed
 */
record Transition(ClusterState state, List<ClusterEvent> events) {

}
