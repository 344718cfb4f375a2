package io.nexs.postgres.slowquery;

import java.time.Instant;

import io.nexs.postgres.masking.OperationSummary;
import org.jspecify.annotations.Nullable;

/**
 * A statement was slow. Published as an application event, on a thread of the hook.
 *
 * @param at when it ended
 * @param operation what may be told of it
 * @param plan its plan without data; {@code null} if it was not asked for or the server
 * had none
 */
public record SlowQueryEvent(Instant at, OperationSummary operation, @Nullable String plan) {

}
