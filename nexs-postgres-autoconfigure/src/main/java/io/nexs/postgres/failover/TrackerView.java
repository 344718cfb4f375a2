package io.nexs.postgres.failover;

import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.Topology;
import org.jspecify.annotations.Nullable;

/**
 * What the tracker knows after a step. Immutable.
 *
 * @param state whether writes have somewhere to go
 * @param since when that state began
 * @param primarySince since when there has been a primary
 * @param totals counts since the start
 * @param nodes for how long each node has taken work
 * @param loss the loss that is not over
 * @param history the losses that are over, the newest first
 */
record TrackerView(FailoverState state, @Nullable Moment since, @Nullable Moment primarySince, Totals totals,
		List<NodeClock> nodes, @Nullable Loss loss, List<FailoverRecord> history) {

	static final TrackerView INITIAL = new TrackerView(FailoverState.FAILED, null, null, new Totals(0, 0, 0, 0, 0),
			List.of(), null, List.of());

	private static final int HISTORY = 32;

	int losses() {
		return this.totals.losses;
	}

	TrackerView in(FailoverState next, Moment now) {
		return new TrackerView(next, now, this.primarySince, this.totals, this.nodes, this.loss, this.history);
	}

	TrackerView primarySince(@Nullable Moment moment) {
		return new TrackerView(this.state, this.since, moment, this.totals, this.nodes, this.loss, this.history);
	}

	TrackerView with(@Nullable Loss open) {
		return new TrackerView(this.state, this.since, this.primarySince, this.totals, this.nodes, open, this.history);
	}

	TrackerView lost() {
		return counting(new Totals(this.totals.losses + 1, this.totals.changes, this.totals.returns,
				this.totals.failures, this.totals.fenced));
	}

	TrackerView failed() {
		return counting(new Totals(this.totals.losses, this.totals.changes, this.totals.returns,
				this.totals.failures + 1, this.totals.fenced));
	}

	TrackerView fenced(int times) {
		return (times == 0) ? this : counting(new Totals(this.totals.losses, this.totals.changes, this.totals.returns,
				this.totals.failures, this.totals.fenced + times));
	}

	/**
	 * A loss is over. Where there is no more room the oldest return goes before the
	 * oldest change, so that a node that is suspected again and again does not push the
	 * failover of the night out.
	 */
	TrackerView closed(FailoverRecord record) {
		List<FailoverRecord> longer = new ArrayList<>(this.history);
		longer.add(0, record);
		if (longer.size() > HISTORY) {
			longer.remove(leastWanted(longer));
		}
		int changes = (record.outcome() == FailoverOutcome.CHANGED) ? 1 : 0;
		int returns = (record.outcome() == FailoverOutcome.RETURNED) ? 1 : 0;
		Totals counted = new Totals(this.totals.losses, this.totals.changes + changes, this.totals.returns + returns,
				this.totals.failures, this.totals.fenced);
		return new TrackerView(this.state, this.since, this.primarySince, counted, this.nodes, this.loss,
				List.copyOf(longer));
	}

	private static int leastWanted(List<FailoverRecord> records) {
		for (int i = records.size() - 1; i > 0; i--) {
			if (records.get(i).outcome() == FailoverOutcome.RETURNED && records.get(i).waited() == 0) {
				return i;
			}
		}
		return records.size() - 1;
	}

	TrackerView withNodes(Topology topology, Moment now) {
		List<NodeClock> clocks = new ArrayList<>(topology.nodes().size());
		for (int i = 0; i < topology.nodes().size(); i++) {
			NodeState state = topology.nodes().get(i);
			NodeClock before = (i < this.nodes.size()) ? this.nodes.get(i)
					: new NodeClock(state.id(), false, now, 0, null);
			clocks.add(before.with(state.status().takesWork(), now));
		}
		return new TrackerView(this.state, this.since, this.primarySince, this.totals, clocks, this.loss, this.history);
	}

	private TrackerView counting(Totals counted) {
		return new TrackerView(this.state, this.since, this.primarySince, counted, this.nodes, this.loss, this.history);
	}

	/**
	 * Counts since the start.
	 *
	 * @param losses losses of a primary
	 * @param changes those after which another followed
	 * @param returns those after which the same came back
	 * @param failures those that lasted longer than a write waits
	 * @param fenced times a node was fenced
	 */
	record Totals(int losses, int changes, int returns, int failures, int fenced) {
	}

}
