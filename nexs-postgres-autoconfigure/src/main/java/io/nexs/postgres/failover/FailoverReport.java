package io.nexs.postgres.failover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.failover.FailoverStatistics.WaitingWrites;

/**
 * Puts the statistics of one moment together.
 */
final class FailoverReport {

	private FailoverReport() {
	}

	static FailoverStatistics of(FailoverTracker tracker, WaitingWrites writes, Moment now) {
		TrackerView view = tracker.view();
		List<FailoverRecord> history = new ArrayList<>(view.history());
		if (view.loss() != null) {
			history.add(0, view.loss().toRecord());
		}
		Moment primary = view.primarySince();
		TrackerView.Totals totals = view.totals();
		return new FailoverStatistics(view.state(), (view.since() != null) ? view.since().at() : null,
				(primary != null) ? now.since(primary) : Duration.ZERO, totals.changes(), totals.returns(),
				totals.failures(), totals.fenced(), tracker.slow(), writes,
				view.nodes().stream().map((node) -> node.uptime(now)).toList(), history);
	}

}
