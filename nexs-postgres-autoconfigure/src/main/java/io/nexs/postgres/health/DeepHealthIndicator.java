package io.nexs.postgres.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.nexs.postgres.server.ReplicationSlot;
import io.nexs.postgres.server.ServerFigures;
import io.nexs.postgres.server.ServerMonitor;
import io.nexs.postgres.server.WriteCheck;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * What will become a problem of a server if nobody looks after it: degraded, never down.
 */
final class DeepHealthIndicator implements HealthIndicator {

	private final ServerMonitor monitor;

	private final DeepHealthSettings settings;

	DeepHealthIndicator(ServerMonitor monitor, DeepHealthSettings settings) {
		this.monitor = monitor;
		this.settings = settings;
	}

	@Override
	public Health health() {
		Map<String, Object> nodes = new LinkedHashMap<>();
		boolean well = true;
		for (String node : this.monitor.nodes()) {
			ServerFigures figures = this.monitor.figures(node);
			if (figures == null) {
				nodes.put(node, "unknown");
				continue;
			}
			List<String> problems = problems(figures);
			well = well && problems.isEmpty();
			nodes.put(node, details(figures, problems));
		}
		return new Health.Builder(well ? Status.UP : ClusterHealthContributor.DEGRADED).withDetails(nodes).build();
	}

	private List<String> problems(ServerFigures figures) {
		List<String> problems = new ArrayList<>();
		if (figures.oldestTransaction().compareTo(this.settings.transactionAge()) > 0) {
			problems.add("a transaction is open for " + figures.oldestTransaction().toSeconds() + " s");
		}
		for (ReplicationSlot slot : figures.upkeep().slots()) {
			if (!slot.active() && slot.retainedBytes() > this.settings.slotBytes()) {
				problems.add("replication slot '" + slot.name() + "' is inactive and retains " + slot.retainedBytes()
						+ " bytes of WAL");
			}
		}
		if (figures.upkeep().archiverFailing()) {
			problems.add("the last attempt to archive WAL failed");
		}
		if (figures.sessions().headroom() < this.settings.connectionHeadroom()) {
			problems.add(figures.sessions().connections() + " of " + figures.sessions().maxConnections()
					+ " connections are in use");
		}
		WriteCheck write = figures.write();
		if (write != null && write.problem() != null) {
			problems.add(write.problem());
		}
		return problems;
	}

	private static Map<String, Object> details(ServerFigures figures, List<String> problems) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("problems", problems);
		details.put("oldestTransactionSeconds", figures.oldestTransaction().toSeconds());
		details.put("connections", figures.sessions().connections());
		details.put("maxConnections", figures.sessions().maxConnections());
		details.put("inactiveSlots", figures.upkeep().slots().stream().filter((slot) -> !slot.active()).count());
		details.put("archiver",
				!figures.upkeep().archiving() ? "off" : figures.upkeep().archiverFailing() ? "failing" : "working");
		WriteCheck write = figures.write();
		if (write != null) {
			details.put("writeMillis", write.took().toMillis());
		}
		details.put("seesOtherRoles", figures.complete());
		return details;
	}

}
