package io.nexs.postgres.cluster;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What all probers of a monitor share.
 *
 * @param settings how to probe
 * @param connector opens their connections
 * @param topology the newest topology
 * @param observations takes what they learn
 * @param stalls for how long this process stood still
 */
record ProbeContext(MonitorSettings settings, ProbeConnector connector, Supplier<Topology> topology,
		Consumer<Observation> observations, Stalls stalls) {

}
