package io.nexs.postgres.cluster;

/**
 * How long this process stood still. The cluster thread beats regularly; what passes
 * between two beats beyond the longest that is due is time in which the process did not
 * run (stopped, swapped out, in a long collection, short of processors), and is held
 * against no node. One thread beats, any thread may ask.
 */
final class Stalls {

	private final long longestBeat;

	private volatile Beat last;

	/**
	 * A process that has not stood still so far.
	 * @param nanoTime the present
	 * @param longestBeat nanoseconds that may lie between two beats
	 */
	Stalls(long nanoTime, long longestBeat) {
		this.longestBeat = longestBeat;
		this.last = new Beat(nanoTime, 0);
	}

	/**
	 * The process runs.
	 * @param nanoTime the present
	 * @return for how many nanoseconds it ran since the beat before, at most the longest
	 * beat
	 */
	long beat(long nanoTime) {
		Beat before = this.last;
		long passed = nanoTime - before.at;
		long run = Math.min(passed, this.longestBeat);
		this.last = new Beat(nanoTime, before.stalledNanos + passed - run);
		return run;
	}

	/**
	 * For how long the process has stood still, also when the beat after it is still to
	 * come.
	 * @param nanoTime the present
	 * @return nanoseconds since this was made
	 */
	long totalNanos(long nanoTime) {
		Beat before = this.last;
		return before.stalledNanos + Math.max(0, nanoTime - before.at - this.longestBeat);
	}

	/**
	 * One beat.
	 *
	 * @param at when
	 * @param stalledNanos for how long the process had stood still by then
	 */
	private record Beat(long at, long stalledNanos) {

	}

}
