package io.nexs.postgres.autoconfigure;

/**
 * Servers in containers, each among the replicas. Where none of them names a user, nor
 * {@code nexs.db.username} does, it is that of the image.
 */
interface ContainerDetails extends NexsDbConnectionDetails {

}
