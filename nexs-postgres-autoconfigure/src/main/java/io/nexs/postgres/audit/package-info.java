/**
 * A hook that records who changed what: to a log, to a table in the same transaction, as
 * events, and to sinks of the application.
 */
@NullMarked
package io.nexs.postgres.audit;

import org.jspecify.annotations.NullMarked;
