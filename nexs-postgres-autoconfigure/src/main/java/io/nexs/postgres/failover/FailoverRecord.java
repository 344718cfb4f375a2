package io.nexs.postgres.failover;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One loss of a primary and what became of it, as this process saw it. Immutable.
 *
 * @param number counts the losses from 1
 * @param outcome what became of it
 * @param from id of the node that was the primary
 * @param to id of the primary that follows; {@code null} while there is none
 * @param timelineBefore timeline of the primary that was lost
 * @param timelineAfter timeline of the primary that follows; 0 while there is none
 * @param reason what was wrong with the node that was lost
 * @param lostAt when the loss was known
 * @param foundAt when the next primary was known; {@code null} before
 * @param detection from the last good answer of the lost primary to {@code lostAt}: the
 * fault lies in between, so this is the most that detection can have taken
 * @param promotion from {@code lostAt} to {@code foundAt}: the time others took to
 * promote a node, and up to one probe to see it; {@code null} before
 * @param firstRelease from {@code foundAt} until the first write that waited had a
 * connection; {@code null} when none did
 * @param release from {@code foundAt} until the last write that waited had a connection;
 * {@code null} when none did
 * @param waited writes that waited
 * @param timedOut writes that waited in vain
 * @param rejected writes that were refused because too many waited
 */
public record FailoverRecord(int number, FailoverOutcome outcome, String from, @Nullable String to, int timelineBefore,
		int timelineAfter, String reason, Instant lostAt, @Nullable Instant foundAt, Duration detection,
		@Nullable Duration promotion, @Nullable Duration firstRelease, @Nullable Duration release, int waited,
		int timedOut, int rejected) {

	/**
	 * One line for people.
	 * @return the nodes, and where the time went
	 */
	public String describe() {
		StringBuilder text = new StringBuilder(120);
		text.append("Primary ").append(this.from).append(" -> ").append((this.to != null) ? this.to : "none");
		if (this.timelineAfter > 0) {
			text.append(", timeline ").append(this.timelineAfter);
		}
		text.append(": detection ").append(this.detection.toMillis()).append(" ms, promotion ");
		text.append(millis(this.promotion)).append(", release ").append(millis(this.release));
		text.append("; ").append(this.waited).append(" writes waited");
		if (this.timedOut > 0) {
			text.append(", ").append(this.timedOut).append(" in vain");
		}
		if (this.rejected > 0) {
			text.append(", ").append(this.rejected).append(" were refused");
		}
		return text.toString();
	}

	private static String millis(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() + " ms" : "none";
	}

}
