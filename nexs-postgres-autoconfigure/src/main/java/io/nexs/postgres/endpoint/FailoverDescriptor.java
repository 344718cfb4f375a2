package io.nexs.postgres.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.failover.FailoverRecord;
import io.nexs.postgres.failover.FailoverStatistics;
import io.nexs.postgres.failover.FailoverStatistics.WaitingWrites;
import io.nexs.postgres.failover.JournalEntry;
import io.nexs.postgres.failover.NodeUptime;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoint says of changes of the primary. Times are ISO 8601, durations whole
 * milliseconds. No part of it is secret.
 *
 * @param state whether writes have somewhere to go
 * @param since when that state began
 * @param pinned id of the node writes are pinned to
 * @param pinProblem why the pinned node is not the primary, and what to do
 * @param primaryUptimeMillis for how long there has been a primary
 * @param failovers losses after which another node or term followed
 * @param returns losses after which the same node came back
 * @param failed losses that lasted longer than a write waits
 * @param fenced how many times a node was fenced
 * @param slow ids of the nodes that answer their probes much slower than usual
 * @param writes writes that wait and that waited
 * @param nodes for how long each node has taken work
 * @param history the latest losses of the primary, the newest first
 * @param events the latest events, the newest first
 */
public record FailoverDescriptor(String state, @Nullable String since, @Nullable String pinned,
		@Nullable String pinProblem, long primaryUptimeMillis, int failovers, int returns, int failed, int fenced,
		Set<String> slow, WaitingWrites writes, List<UptimeDescriptor> nodes, List<LossDescriptor> history,
		List<EventDescriptor> events) {

	static FailoverDescriptor of(FailoverManager manager, Topology topology) {
		FailoverStatistics statistics = manager.statistics();
		Node pinned = topology.pinned();
		return new FailoverDescriptor(statistics.state().name(), text(statistics.since()),
				(pinned != null) ? pinned.id() : null, topology.pinProblem(), statistics.primaryUptime().toMillis(),
				statistics.failovers(), statistics.returns(), statistics.failed(), statistics.fenced(),
				statistics.slow(), statistics.writes(), statistics.nodes().stream().map(UptimeDescriptor::of).toList(),
				statistics.history().stream().map(LossDescriptor::of).toList(),
				manager.journal().stream().map(EventDescriptor::of).toList());
	}

	private static @Nullable String text(@Nullable Instant instant) {
		return (instant != null) ? instant.toString() : null;
	}

	private static @Nullable Long millis(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() : null;
	}

	/**
	 * For how long a node has taken work.
	 *
	 * @param node id of the node
	 * @param up whether it takes work now
	 * @param sinceMillis for how long that has been so
	 * @param losses how many times it ceased to
	 * @param lastRecoveryMillis how long it took none the last time
	 */
	public record UptimeDescriptor(String node, boolean up, long sinceMillis, int losses,
			@Nullable Long lastRecoveryMillis) {

		static UptimeDescriptor of(NodeUptime uptime) {
			return new UptimeDescriptor(uptime.node(), uptime.up(), uptime.sinceChange().toMillis(), uptime.losses(),
					millis(uptime.lastRecovery()));
		}

	}

	/**
	 * A loss of the primary.
	 *
	 * @param number counts the losses
	 * @param outcome what became of it
	 * @param from id of the node that was the primary
	 * @param to id of the primary that follows
	 * @param timelineBefore timeline before
	 * @param timelineAfter timeline after; 0 while there is no primary
	 * @param reason what was wrong
	 * @param lostAt when the loss was known
	 * @param foundAt when the next primary was known
	 * @param detectionMillis time since the last good answer of the lost primary
	 * @param promotionMillis time without a primary
	 * @param firstReleaseMillis time until the first write that waited had a connection
	 * @param releaseMillis time until the last one had
	 * @param waited writes that waited
	 * @param timedOut writes that waited in vain
	 * @param rejected writes that were refused because too many waited
	 */
	public record LossDescriptor(int number, String outcome, String from, @Nullable String to, int timelineBefore,
			int timelineAfter, String reason, String lostAt, @Nullable String foundAt, long detectionMillis,
			@Nullable Long promotionMillis, @Nullable Long firstReleaseMillis, @Nullable Long releaseMillis, int waited,
			int timedOut, int rejected) {

		static LossDescriptor of(FailoverRecord loss) {
			return new LossDescriptor(loss.number(), loss.outcome().name(), loss.from(), loss.to(),
					loss.timelineBefore(), loss.timelineAfter(), loss.reason(), loss.lostAt().toString(),
					text(loss.foundAt()), loss.detection().toMillis(), millis(loss.promotion()),
					millis(loss.firstRelease()), millis(loss.release()), loss.waited(), loss.timedOut(),
					loss.rejected());
		}

	}

	/**
	 * An event.
	 *
	 * @param at when it happened
	 * @param text what happened
	 */
	public record EventDescriptor(String at, String text) {

		static EventDescriptor of(JournalEntry entry) {
			return new EventDescriptor(entry.at().toString(), entry.text());
		}

	}

}
