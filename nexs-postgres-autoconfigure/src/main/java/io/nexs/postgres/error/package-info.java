/**
 * What the server said of a failure.
 */
@NullMarked
package io.nexs.postgres.error;

import org.jspecify.annotations.NullMarked;
