/**
 * Time limits: statements that are ended when they take too long, and a COMMIT never.
 */
@NullMarked
package io.nexs.postgres.limits;

import org.jspecify.annotations.NullMarked;
