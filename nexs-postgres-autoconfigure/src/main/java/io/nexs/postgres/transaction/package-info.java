/**
 * What became of a COMMIT that was lost.
 */
@NullMarked
package io.nexs.postgres.transaction;

import org.jspecify.annotations.NullMarked;
