package io.nexs.postgres.failover;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.failover.FailoverStatistics.WaitingWrites;
import org.jspecify.annotations.Nullable;

/**
 * Which write may wait, and for how long. It has no clock and parks nobody, so that it
 * can be simulated. Thread-safe.
 */
final class WriteWaiting {

	private final FailoverSettings settings;

	private final AtomicInteger waiting = new AtomicInteger();

	private final AtomicInteger most = new AtomicInteger();

	private final LongAdder total = new LongAdder();

	private final LongAdder timedOut = new LongAdder();

	private final LongAdder rejected = new LongAdder();

	private volatile WaitCounts counts = new WaitCounts(0);

	WriteWaiting(FailoverSettings settings) {
		this.settings = settings;
	}

	/**
	 * A write wants to wait.
	 * @param now the present
	 * @return its ticket, {@code null} if too many wait; {@link #leave(Ticket)} is owed
	 * for a ticket
	 */
	@Nullable Ticket enter(long now) {
		int count = this.waiting.incrementAndGet();
		WaitCounts present = this.counts;
		if (count > this.settings.maxWaiting()) {
			this.waiting.decrementAndGet();
			this.rejected.increment();
			present.rejected();
			return null;
		}
		this.most.accumulateAndGet(count, Math::max);
		this.total.increment();
		present.entered();
		return new Ticket(now);
	}

	/**
	 * What the holder of a ticket should do. Only the time without a primary counts.
	 * @param ticket the ticket
	 * @param topology the present topology
	 * @param now the present
	 * @return the verdict
	 */
	Verdict look(Ticket ticket, Topology topology, long now) {
		if (topology.hasPrimary()) {
			ticket.stop(now);
			return Verdict.PROCEED;
		}
		ticket.run(now);
		long left = this.settings.waitTimeout().toNanos() - ticket.waited(now);
		if (left > 0) {
			return new Verdict(Verdict.Kind.WAIT, left);
		}
		this.timedOut.increment();
		this.counts.timedOut();
		return Verdict.GIVE_UP;
	}

	/**
	 * A holder of a ticket has its connection.
	 */
	void served(long now) {
		this.counts.served(now);
	}

	void leave(Ticket ticket) {
		if (!ticket.left) {
			ticket.left = true;
			this.waiting.decrementAndGet();
		}
	}

	/**
	 * Begins to count for another loss.
	 * @param now the present
	 * @return what is counted from now on
	 */
	WaitCounts begin(long now) {
		WaitCounts begun = new WaitCounts(now);
		this.counts = begun;
		return begun;
	}

	int waiting() {
		return this.waiting.get();
	}

	WaitingWrites snapshot() {
		return new WaitingWrites(this.waiting.get(), this.most.get(), this.total.sum(), this.timedOut.sum(),
				this.rejected.sum());
	}

	/**
	 * One write that waits. Belongs to its thread.
	 */
	static final class Ticket {

		private long since;

		private long spent;

		private boolean stopped;

		private boolean left;

		private Ticket(long now) {
			this.since = now;
		}

		private void run(long now) {
			if (this.stopped) {
				this.stopped = false;
				this.since = now;
			}
		}

		private void stop(long now) {
			this.spent = waited(now);
			this.stopped = true;
		}

		/**
		 * The time spent without a primary, in nanoseconds.
		 */
		long waited(long now) {
			return this.stopped ? this.spent : this.spent + (now - this.since);
		}

	}

	/**
	 * What to do.
	 *
	 * @param kind what
	 * @param nanos how long to wait at most
	 */
	record Verdict(Kind kind, long nanos) {

		static final Verdict PROCEED = new Verdict(Kind.PROCEED, 0);

		static final Verdict GIVE_UP = new Verdict(Kind.GIVE_UP, 0);

		/**
		 * The kinds.
		 */
		enum Kind {

			/**
			 * There is a primary.
			 */
			PROCEED,

			/**
			 * There is none, and time is left.
			 */
			WAIT,

			/**
			 * There is none, and no time is left.
			 */
			GIVE_UP

		}

	}

}
