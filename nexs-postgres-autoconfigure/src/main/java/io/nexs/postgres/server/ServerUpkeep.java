package io.nexs.postgres.server;

import java.util.List;

/**
 * What fills a server's disk when nobody looks after it. Immutable.
 *
 * @param slots its replication slots, at most 100
 * @param archiving whether it archives WAL
 * @param archiverFailing whether the last attempt to archive failed
 */
public record ServerUpkeep(List<ReplicationSlot> slots, boolean archiving, boolean archiverFailing) {

	public ServerUpkeep {
		slots = List.copyOf(slots);
	}

}
