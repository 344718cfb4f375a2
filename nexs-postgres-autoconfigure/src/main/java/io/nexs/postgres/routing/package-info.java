/**
 * One {@code DataSource} over all nodes: reads go to replicas, writes to the primary.
 */
@NullMarked
package io.nexs.postgres.routing;

import org.jspecify.annotations.NullMarked;
