/**
 * Health of the cluster and of each node, read from the topology.
 */
@NullMarked
package io.nexs.postgres.health;

import org.jspecify.annotations.NullMarked;
