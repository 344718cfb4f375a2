package io.nexs.postgres.embedded;

import java.time.Duration;
import java.util.Map;

/**
 * What a cluster is built from.
 *
 * @param replicas the number of standbys at the start
 * @param supervised whether a dead primary is replaced
 * @param shutdownHook whether the cluster ends with the JVM's shutdown hooks
 * @param database the database the DSNs name
 * @param username the superuser
 * @param parameters the parameters of all servers
 * @param startTimeout the longest time one server may take to start
 */
record ClusterSettings(int replicas, boolean supervised, boolean shutdownHook, String database, String username,
		Map<String, String> parameters, Duration startTimeout) {

}
