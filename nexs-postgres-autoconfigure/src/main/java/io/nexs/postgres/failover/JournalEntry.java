package io.nexs.postgres.failover;

import java.time.Instant;

/**
 * One line of the journal.
 *
 * @param at when it happened
 * @param text what happened, without secrets
 */
public record JournalEntry(Instant at, String text) {
}
