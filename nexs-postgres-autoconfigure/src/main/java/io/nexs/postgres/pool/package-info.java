/**
 * One HikariCP pool per node over a data source that knows when the node is down.
 */
@NullMarked
package io.nexs.postgres.pool;

import org.jspecify.annotations.NullMarked;
