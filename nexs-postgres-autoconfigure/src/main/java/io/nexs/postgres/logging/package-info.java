/**
 * A hook that logs operations.
 */
@NullMarked
package io.nexs.postgres.logging;

import org.jspecify.annotations.NullMarked;
