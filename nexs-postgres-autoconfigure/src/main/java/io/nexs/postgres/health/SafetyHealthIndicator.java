package io.nexs.postgres.health;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.nexs.postgres.safety.SafetyEvent;
import io.nexs.postgres.safety.SafetyMonitor;
import io.nexs.postgres.safety.SafetyReport;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Findings of the safety monitor: degraded, never down.
 */
final class SafetyHealthIndicator implements HealthIndicator {

	/** Findings shown of each sort; the endpoint has all. */
	private static final int SHOWN = 10;

	private final SafetyMonitor monitor;

	SafetyHealthIndicator(SafetyMonitor monitor) {
		this.monitor = monitor;
	}

	@Override
	public Health health() {
		SafetyReport report = this.monitor.report();
		Health.Builder health = new Health.Builder(report.isDegraded() ? ClusterHealthContributor.DEGRADED : Status.UP);
		Map<String, Long> counts = new TreeMap<>();
		report.counts().forEach((kind, count) -> counts.put(kind.tag(), count));
		health.withDetail("findings", counts);
		if (!report.lasting().isEmpty()) {
			health.withDetail("lasting", lines(report.lasting()));
		}
		if (!report.momentary().isEmpty()) {
			health.withDetail("momentary", lines(report.momentary()));
		}
		return health.build();
	}

	private static List<String> lines(List<SafetyEvent> events) {
		return events.stream().limit(SHOWN).map((event) -> event.at() + " " + event.describe()).toList();
	}

}
