package io.nexs.postgres.health;

import org.springframework.boot.health.contributor.Status;

/**
 * What counts as what.
 *
 * @param noPrimary status of the cluster while it has no primary but serves reads
 * @param saturationThreshold share of a pool, from 0 to 1, from which it is shown as
 * saturated
 */
public record HealthSettings(Status noPrimary, double saturationThreshold) {
}
