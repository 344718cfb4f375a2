package io.nexs.postgres.endpoint;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.nexs.postgres.safety.SafetyEvent;
import io.nexs.postgres.safety.SafetyMonitor;
import io.nexs.postgres.safety.SafetyReport;

/**
 * What the endpoint says of the findings of the safety monitor. No part of it is secret.
 *
 * @param degraded whether anything is wrong now
 * @param counts findings since the start, by kind
 * @param lasting findings that were there at the last look
 * @param events the latest findings, the newest first
 */
public record SafetyDescriptor(boolean degraded, Map<String, Long> counts, List<FindingDescriptor> lasting,
		List<FindingDescriptor> events) {

	static SafetyDescriptor of(SafetyMonitor monitor) {
		SafetyReport report = monitor.report();
		Map<String, Long> counts = new TreeMap<>();
		report.counts().forEach((kind, count) -> counts.put(kind.tag(), count));
		return new SafetyDescriptor(report.isDegraded(), counts,
				report.lasting().stream().map(FindingDescriptor::of).toList(),
				report.recent().stream().map(FindingDescriptor::of).toList());
	}

	/**
	 * A finding.
	 *
	 * @param at when it was made, ISO 8601
	 * @param kind its kind
	 * @param text what was found
	 */
	public record FindingDescriptor(String at, String kind, String text) {

		static FindingDescriptor of(SafetyEvent event) {
			return new FindingDescriptor(event.at().toString(), event.kind().tag(), event.describe());
		}

	}

}
