/**
 * Nodes, their roles and states as PostgreSQL tells them, and the monitor that keeps one
 * immutable topology of them.
 */
@NullMarked
package io.nexs.postgres.cluster;

import org.jspecify.annotations.NullMarked;
