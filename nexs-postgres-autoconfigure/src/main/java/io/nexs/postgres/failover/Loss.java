package io.nexs.postgres.failover;

import java.time.Duration;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.Term;
import org.jspecify.annotations.Nullable;

/**
 * A loss of the primary while it lasts. Immutable but for the counts of the writes.
 *
 * @param number counts the losses from 1
 * @param node the node that was the primary
 * @param term its term
 * @param reason what was wrong with it
 * @param lost when the loss was known
 * @param detection time since the last good answer
 * @param found the primary that follows, {@code null} while there is none
 * @param overdue whether it has lasted longer than a write waits
 * @param counts the writes that waited
 */
record Loss(int number, Node node, @Nullable Term term, String reason, Moment lost, Duration detection,
		@Nullable Found found, boolean overdue, WaitCounts counts) {

	Loss found(Node primary, @Nullable Term newTerm, Moment moment) {
		return new Loss(this.number, this.node, this.term, this.reason, this.lost, this.detection,
				new Found(primary, newTerm, moment), this.overdue, this.counts);
	}

	Loss asOverdue() {
		return new Loss(this.number, this.node, this.term, this.reason, this.lost, this.detection, this.found, true,
				this.counts);
	}

	/**
	 * What became of it so far.
	 */
	FailoverOutcome outcome() {
		if (this.found == null) {
			return FailoverOutcome.RUNNING;
		}
		boolean same = this.found.node.equals(this.node) && timeline(this.found.term) == timeline(this.term);
		return same ? FailoverOutcome.RETURNED : FailoverOutcome.CHANGED;
	}

	FailoverRecord toRecord() {
		Found next = this.found;
		if (next == null) {
			return new FailoverRecord(this.number, FailoverOutcome.RUNNING, this.node.id(), null, timeline(this.term),
					0, this.reason, this.lost.at(), null, this.detection, null, null, null, this.counts.waited(),
					this.counts.inVain(), this.counts.refused());
		}
		long since = next.moment.nanos();
		return new FailoverRecord(this.number, outcome(), this.node.id(), next.node.id(), timeline(this.term),
				timeline(next.term), this.reason, this.lost.at(), next.moment.at(), this.detection,
				next.moment.since(this.lost), this.counts.firstRelease(since), this.counts.lastRelease(since),
				this.counts.waited(), this.counts.inVain(), this.counts.refused());
	}

	private static int timeline(@Nullable Term term) {
		return (term != null) ? term.timeline() : 0;
	}

	/**
	 * The primary that follows.
	 *
	 * @param node the node
	 * @param term its term
	 * @param moment when it was known
	 */
	record Found(Node node, @Nullable Term term, Moment moment) {
	}

}
