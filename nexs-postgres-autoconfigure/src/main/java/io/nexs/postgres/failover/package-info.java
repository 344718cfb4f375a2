/**
 * What the application does about a change of the primary: writes wait, operators decide,
 * and what happened is told and counted.
 */
@NullMarked
package io.nexs.postgres.failover;

import org.jspecify.annotations.NullMarked;
