package io.nexs.postgres.embedded;

import java.time.Duration;
import java.util.List;

/**
 * Lets commits wait for a standby. The caller holds the cluster's lock.
 *
 * @param nodes the nodes of the cluster
 */
record SynchronousReplication(List<EmbeddedNode> nodes) {

	private static final String PARAMETER = "synchronous_standby_names";

	private static final Duration CHECKPOINT_LIMIT = Duration.ofSeconds(30);

	/**
	 * Set it on all nodes and wait until it is in force on the primary.
	 * @param on whether to wait
	 * @param primary the primary
	 * @param replicas the running standbys
	 */
	void set(boolean on, EmbeddedNode primary, List<EmbeddedNode> replicas) {
		String value = on ? "ANY 1 (*)" : "";
		for (EmbeddedNode node : this.nodes) {
			node.configuration().set(PARAMETER, value);
			node.reconfigure();
		}
		primary.await(PARAMETER, "show " + PARAMETER, value);
		// Sessions wait by what the checkpointer has read; it reads before it works.
		primary.admin().execute(CHECKPOINT_LIMIT, "checkpoint");
		if (on && !replicas.isEmpty()) {
			primary.await("a synchronous standby",
					"select count(*) > 0 from pg_stat_replication where sync_state = 'quorum'", "t");
		}
	}

}
