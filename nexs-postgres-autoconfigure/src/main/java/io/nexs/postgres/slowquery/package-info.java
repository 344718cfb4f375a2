/**
 * A hook that tells of slow statements, with their plans on request.
 */
@NullMarked
package io.nexs.postgres.slowquery;

import org.jspecify.annotations.NullMarked;
