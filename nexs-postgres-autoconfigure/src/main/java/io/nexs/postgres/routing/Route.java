package io.nexs.postgres.routing;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeRole;

/**
 * A decision: where a transaction goes, and why.
 *
 * @param node the node
 * @param role the node's role when the route was taken
 * @param reason why this node
 */
public record Route(Node node, NodeRole role, RouteReason reason) {
}
