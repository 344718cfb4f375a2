/**
 * What the servers say of themselves: figures from one query per node and interval.
 */
@NullMarked
package io.nexs.postgres.server;

import org.jspecify.annotations.NullMarked;
