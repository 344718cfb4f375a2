/**
 * Meters of statements, connections, routes and nodes.
 */
@NullMarked
package io.nexs.postgres.metrics;

import org.jspecify.annotations.NullMarked;
