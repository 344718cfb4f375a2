package io.nexs.postgres.routing;

/**
 * A route, and the target it leads to. Made once for each, so that none is made for a
 * decision.
 *
 * @param target the node
 * @param route the route
 */
record Way(NodeTarget target, Route route) {
}
