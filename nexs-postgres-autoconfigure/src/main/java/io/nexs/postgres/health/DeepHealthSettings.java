package io.nexs.postgres.health;

import java.time.Duration;

/**
 * From when on figures of a server are a problem.
 *
 * @param transactionAge age of the oldest transaction
 * @param slotBytes WAL an inactive replication slot retains
 * @param connectionHeadroom share of the connections of the server, from 0 to 1, that
 * should be free
 */
public record DeepHealthSettings(Duration transactionAge, long slotBytes, double connectionHeadroom) {
}
