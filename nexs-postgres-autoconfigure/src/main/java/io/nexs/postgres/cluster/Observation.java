package io.nexs.postgres.cluster;

import java.time.Instant;

/**
 * One thing learned about one node. The only input of the reducer, which has no clock of
 * its own.
 */
sealed interface Observation {

	/**
	 * The node this is about.
	 * @return the id of the node
	 */
	String nodeId();

	/**
	 * When it was learned, on the scale of {@link System#nanoTime()}.
	 * @return nanoseconds
	 */
	long nanoTime();

	/**
	 * When it was learned, for display.
	 * @return the time of day
	 */
	Instant at();

	/**
	 * A probe was answered.
	 *
	 * @param nodeId the id of the node
	 * @param nanoTime when the answer came
	 * @param at when the answer came
	 * @param latencyNanos how long it took
	 * @param report the answer
	 */
	record ProbeSucceeded(String nodeId, long nanoTime, Instant at, long latencyNanos,
			ServerReport report) implements Observation {
	}

	/**
	 * A probe failed or was not answered in time.
	 *
	 * @param nodeId the id of the node
	 * @param nanoTime when it failed
	 * @param at when it failed
	 * @param reason what is wrong, without secrets
	 * @param silent whether nothing else is wrong than that no answer came
	 */
	record ProbeFailed(String nodeId, long nanoTime, Instant at, String reason, boolean silent) implements Observation {

		ProbeFailed(String nodeId, long nanoTime, Instant at, String reason) {
			this(nodeId, nanoTime, at, reason, false);
		}

	}

	/**
	 * A probe is not answered yet and should be. Reason for suspicion, no failure: the
	 * answer may still come.
	 *
	 * @param nodeId the id of the node
	 * @param nanoTime when that was noticed
	 * @param at when that was noticed
	 * @param waitedNanos for how long the answer has been missing
	 */
	record ProbeLate(String nodeId, long nanoTime, Instant at, long waitedNanos) implements Observation {
	}

	/**
	 * A statement of the application was answered after the probe was sent that is not.
	 * The node lives, and what is known of it stays as it is.
	 *
	 * @param nodeId the id of the node
	 * @param nanoTime when that was noticed
	 * @param at when that was noticed
	 */
	record TrafficAnswered(String nodeId, long nanoTime, Instant at) implements Observation {
	}

	/**
	 * A node has answered nothing on any connection for as long as it takes to give it
	 * up.
	 *
	 * @param nodeId the id of the node
	 * @param nanoTime when that was noticed
	 * @param at when that was noticed
	 * @param silentNanos for how long there was no answer
	 */
	record NodeSilent(String nodeId, long nanoTime, Instant at, long silentNanos) implements Observation {
	}

	/**
	 * An operator takes a node out of use or gives it back.
	 *
	 * @param nodeId the id of the node
	 * @param nanoTime when
	 * @param at when
	 * @param on whether maintenance begins
	 */
	record MaintenanceChanged(String nodeId, long nanoTime, Instant at, boolean on) implements Observation {
	}

	/**
	 * An operator says that only one node may be the primary, or takes that back.
	 *
	 * @param nodeId the id of the node
	 * @param nanoTime when
	 * @param at when
	 * @param on whether the pin begins; the one there is ends otherwise
	 */
	record PinChanged(String nodeId, long nanoTime, Instant at, boolean on) implements Observation {
	}

}
