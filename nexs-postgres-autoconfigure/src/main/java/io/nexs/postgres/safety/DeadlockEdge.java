package io.nexs.postgres.safety;

/**
 * One process of a deadlock and the one it waits for.
 *
 * @param pid process id of the session that waits
 * @param lock mode of the lock and kind of what is locked, such as
 * {@code ShareLock on transaction}; empty where the server says it in another language
 * @param blockedBy process id of the session that has it
 */
public record DeadlockEdge(int pid, String lock, int blockedBy) {
}
