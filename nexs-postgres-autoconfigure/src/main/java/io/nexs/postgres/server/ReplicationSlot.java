package io.nexs.postgres.server;

/**
 * A replication slot of a server.
 *
 * @param name its name
 * @param active whether somebody receives from it
 * @param retainedBytes WAL it keeps the server from removing, -1 if it keeps none
 */
public record ReplicationSlot(String name, boolean active, long retainedBytes) {
}
