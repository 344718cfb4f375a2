package io.nexs.postgres.routing;

import java.time.Instant;

/**
 * The rules of routing were changed in the running process. Published as an application
 * event.
 *
 * @param at when
 * @param before rules before
 * @param after rules from now on
 */
public record RoutingChanged(Instant at, RoutingRules before, RoutingRules after) {
}
