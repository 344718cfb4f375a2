/**
 * Tracing: an observation around every operation, and an id that ties a request to what
 * it did.
 */
@NullMarked
package io.nexs.postgres.tracing;

import org.jspecify.annotations.NullMarked;
