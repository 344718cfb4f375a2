package io.nexs.postgres.cluster;

import java.util.List;

/**
 * Which system identifier is the cluster's: that of the first primary in configuration
 * order, else that of the first node in that order. The choice is open until every node
 * was observed once and one was a primary, so that the order of answers at start does not
 * decide it.
 *
 * @param identifier the identifier; empty when unknown
 * @param settled whether the choice is final
 */
record SystemChoice(String identifier, boolean settled) {

	static final SystemChoice NONE = new SystemChoice("", false);

	SystemChoice next(List<NodeDraft> nodes) {
		if (this.settled) {
			return this;
		}
		String first = "";
		String ofPrimary = "";
		boolean allObserved = true;
		for (NodeDraft node : nodes) {
			allObserved &= node.observed();
			String identifier = node.systemIdentifier();
			first = first.isEmpty() ? identifier : first;
			if (node.writableWhenLastSeen()) {
				ofPrimary = ofPrimary.isEmpty() ? identifier : ofPrimary;
			}
		}
		boolean primarySeen = !ofPrimary.isEmpty();
		return new SystemChoice(primarySeen ? ofPrimary : first, primarySeen && allObserved);
	}

	boolean excludes(String other) {
		return !this.identifier.isEmpty() && !other.isEmpty() && !this.identifier.equals(other);
	}

}
