/**
 * Runs a transaction again when it is proven to be rolled back.
 */
@NullMarked
package io.nexs.postgres.retry;

import org.jspecify.annotations.NullMarked;
