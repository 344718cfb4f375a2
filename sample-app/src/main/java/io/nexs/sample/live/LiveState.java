package io.nexs.sample.live;

import java.util.List;

import io.nexs.sample.demo.DemoChoice;
import org.jspecify.annotations.Nullable;

/**
 * All the page shows but the events, at one moment. No part of it is secret: of a node's
 * DSN it has host and port.
 *
 * @param state whether writes have somewhere to go, in lower case
 * @param primary id of the primary, {@code null} while there is none
 * @param timeline timeline of the newest term, 0 before the first
 * @param conflict why there is no primary although nodes are writable, {@code null}
 * without a conflict
 * @param waiting writes that wait for a primary
 * @param nodes the nodes in the order of the configuration
 * @param load the traffic the page asked for
 * @param operations what can be done to the cluster, and what cannot
 */
record LiveState(String state, @Nullable String primary, int timeline, @Nullable String conflict, int waiting,
		List<LiveNode> nodes, LiveLoad.View load, List<DemoChoice> operations) {

	/**
	 * One node. What is not known is {@code null}.
	 *
	 * @param id id of the node
	 * @param address host and port
	 * @param role role PostgreSQL last gave, in lower case
	 * @param status how far it can be relied on, in lower case
	 * @param timeline its timeline
	 * @param lagBytes bytes it has not replayed
	 * @param lagMillis milliseconds it is behind
	 * @param lagging whether it is too far behind to serve reads
	 * @param latencyMillis round trip of the last probe
	 * @param error why it is not used
	 * @param traffic statements per second
	 * @param active connections lent
	 * @param max most connections its pool opens
	 */
	record LiveNode(String id, String address, String role, String status, @Nullable Integer timeline,
			@Nullable Long lagBytes, @Nullable Long lagMillis, boolean lagging, @Nullable Double latencyMillis,
			@Nullable String error, TrafficRates.Rate traffic, int active, int max) {

	}

}
