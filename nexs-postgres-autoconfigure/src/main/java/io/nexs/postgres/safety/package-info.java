/**
 * What endangers an application and can be observed: deadlocks, connections held too long
 * or used by two threads, transactions left open.
 */
@NullMarked
package io.nexs.postgres.safety;

import org.jspecify.annotations.NullMarked;
