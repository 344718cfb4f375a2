/**
 * SQLSTATE codes, and what a failure with each of them means for the connection, the
 * transaction and the node.
 */
@NullMarked
package io.nexs.postgres.sqlstate;

import org.jspecify.annotations.NullMarked;
