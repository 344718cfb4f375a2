package io.nexs.postgres.benchmark.gap;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.nexs.postgres.benchmark.gap.Writer.Entry;
import io.nexs.postgres.benchmark.gap.Writer.Outcome;

/**
 * What one run gave. Times are milliseconds.
 *
 * @param scenario what happened to the primary
 * @param client what the writers wrote through
 * @param writable from the beginning until the new primary took an insert
 * @param committed from the beginning until the first commit there was acknowledged to
 * the program's own connection
 * @param gaps for each writer the time between its last acknowledgement before the new
 * primary took an insert and its first one after; infinite if there was none
 * @param after for each writer the time from that first commit to its first
 * acknowledgement
 * @param longest for each writer the longest time between two acknowledgements since the
 * beginning
 * @param acknowledged acknowledged rows
 * @param failed failed calls by what they said
 * @param lost acknowledged rows that are not there
 * @param lostLate of these the ones that were begun after the client had seen the newer
 * timeline
 * @param doubled rows that are there more than once
 * @param wrong rows that are there although the call said that it is rolled back
 * @param failures what the failed calls threw
 */
record GapResult(String scenario, String client, double writable, double committed, List<Double> gaps,
		List<Double> after, List<Double> longest, int acknowledged, Map<Outcome, Integer> failed, int lost,
		int lostLate, int doubled, int wrong, List<String> failures) {

	static GapResult of(Scenario scenario, String client, long begun, Observer.Moments moments, List<Writer> writers,
			Map<Long, List<Integer>> rows, Long seen) {
		List<Double> gaps = new ArrayList<>();
		List<Double> after = new ArrayList<>();
		List<Double> longest = new ArrayList<>();
		Tally tally = new Tally(rows, seen);
		for (Writer writer : writers) {
			long last = begun;
			longest.add(longest(writer, begun));
			long first = 0;
			for (Entry entry : writer.journal()) {
				tally.add(entry);
				if (entry.outcome() == Outcome.ACKNOWLEDGED && first == 0) {
					if (entry.end() - moments.writable() > 0) {
						first = entry.end();
					}
					else {
						last = entry.end();
					}
				}
			}
			gaps.add((first != 0) ? millis(first - last) : Double.POSITIVE_INFINITY);
			after.add((first != 0) ? millis(first - moments.committed()) : Double.POSITIVE_INFINITY);
		}
		int doubled = (int) rows.values().stream().filter((ports) -> ports.size() > 1).count();
		return new GapResult(scenario.label(), client, millis(moments.writable() - begun),
				millis(moments.committed() - begun), gaps, after, longest, tally.acknowledged, tally.failed, tally.lost,
				tally.lostLate, doubled, tally.wrong, tally.failures);
	}

	/**
	 * For each writer the part of its gap that is not the time until the first commit.
	 */
	List<Double> beyond() {
		return this.gaps.stream().map((gap) -> gap - this.committed).toList();
	}

	private static double longest(Writer writer, long begun) {
		long before = begun;
		long longest = 0;
		for (Entry entry : writer.journal()) {
			if (entry.outcome() == Outcome.ACKNOWLEDGED && entry.end() - begun > 0) {
				longest = Math.max(longest, entry.end() - before);
				before = entry.end();
			}
		}
		return millis(longest);
	}

	private static double millis(long nanos) {
		return nanos / 1e6;
	}

	/**
	 * Counts calls.
	 */
	private static final class Tally {

		private final Map<Long, List<Integer>> rows;

		private final Map<Outcome, Integer> failed = new EnumMap<>(Outcome.class);

		private final List<String> failures = new ArrayList<>();

		private int acknowledged;

		private final Long seen;

		private int lost;

		private int lostLate;

		private int wrong;

		Tally(Map<Long, List<Integer>> rows, Long seen) {
			this.rows = rows;
			this.seen = seen;
		}

		void add(Entry entry) {
			boolean there = this.rows.containsKey(entry.id());
			if (entry.outcome() == Outcome.ACKNOWLEDGED) {
				this.acknowledged++;
				this.lost += there ? 0 : 1;
				this.lostLate += (!there && this.seen != null && entry.start() - this.seen > 0) ? 1 : 0;
				return;
			}
			this.failed.merge(entry.outcome(), 1, Integer::sum);
			this.failures.add(entry.failure());
			this.wrong += (there && entry.outcome() == Outcome.ROLLED_BACK) ? 1 : 0;
		}

	}

}
