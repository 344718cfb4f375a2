package io.nexs.postgres.safety;

import java.util.List;
import java.util.Map;

/**
 * What the monitor has found. Immutable.
 *
 * @param lasting findings that were there at the last look
 * @param momentary findings that were over in the moment they were made, and count for
 * some time
 * @param recent the latest 100 findings, the newest first
 * @param counts how many there were of each kind since the start
 */
public record SafetyReport(List<SafetyEvent> lasting, List<SafetyEvent> momentary, List<SafetyEvent> recent,
		Map<SafetyKind, Long> counts) {

	public SafetyReport {
		lasting = List.copyOf(lasting);
		momentary = List.copyOf(momentary);
		recent = List.copyOf(recent);
		counts = Map.copyOf(counts);
	}

	/**
	 * Whether something is wrong.
	 * @return whether anything lasts or has just happened
	 */
	public boolean isDegraded() {
		return !this.lasting.isEmpty() || !this.momentary.isEmpty();
	}

}
