package io.nexs.postgres.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.nexs.postgres.cluster.Node;

/**
 * The nodes of the cluster.
 *
 * @param nodes the nodes in the order of the configuration
 * @param origin who named them
 * @param ignoredParameters names of parameters of DSNs that have no effect, by property
 */
record ConfiguredNodes(List<Node> nodes, AddressOrigin origin, Map<String, Set<String>> ignoredParameters) {

	static ConfiguredNodes of(Addresses addresses) {
		return NodesFactory.configured(addresses.resolve(), addresses.origin());
	}

}
