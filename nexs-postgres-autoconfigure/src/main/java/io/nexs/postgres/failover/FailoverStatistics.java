package io.nexs.postgres.failover;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What happened since the start, at one moment. Immutable.
 *
 * @param state whether writes have somewhere to go
 * @param since when that state began; {@code null} before the first observation
 * @param primaryUptime for how long there has been a primary without interruption; zero
 * while there is none
 * @param failovers losses after which another node or term followed
 * @param returns losses after which the same node came back in the same term
 * @param failed losses that lasted longer than a write waits
 * @param fenced how many times a node was fenced
 * @param slow ids of the nodes that answer their probes much slower than usual
 * @param writes writes that wait and that waited
 * @param nodes the nodes in the order of the configuration
 * @param history the latest losses, the newest first; the first may be still running
 */
public record FailoverStatistics(FailoverState state, @Nullable Instant since, Duration primaryUptime, int failovers,
		int returns, int failed, int fenced, Set<String> slow, WaitingWrites writes, List<NodeUptime> nodes,
		List<FailoverRecord> history) {

	public FailoverStatistics {
		slow = Set.copyOf(slow);
		nodes = List.copyOf(nodes);
		history = List.copyOf(history);
	}

	/**
	 * Writes that found no primary.
	 *
	 * @param waiting how many wait now
	 * @param most the most that waited at one time
	 * @param total how many waited in all
	 * @param timedOut how many waited in vain
	 * @param rejected how many were refused because too many waited
	 */
	public record WaitingWrites(int waiting, int most, long total, long timedOut, long rejected) {
	}

}
