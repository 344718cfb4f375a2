package io.nexs.postgres.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import io.nexs.postgres.cluster.ConflictPolicy;
import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.failover.FailoverSettings;

/**
 * All that is decided in advance about one run, from its seed.
 *
 * @param seed what it was made from
 * @param nodes how many servers there are
 * @param settings how the client probes and judges
 * @param synchronous whether a COMMIT waits for a standby
 * @param timelineReadable whether standbys tell the timeline they receive
 * @param archive whether servers share the history of timelines, so that none is chosen
 * twice unless at the same time
 * @param kind what may go wrong at all
 * @param habits who promotes, and how soon
 * @param waiting how long a write waits for a primary, and how many may
 * @param nanoTimeAtStart where the clock of the client begins, near its overflow now and
 * then
 * @param faults what goes wrong, in order of time
 * @param faultsEnd when everything is mended
 */
record Schedule(long seed, int nodes, MonitorSettings settings, boolean synchronous, boolean timelineReadable,
		boolean archive, Kind kind, Habits habits, FailoverSettings waiting, long nanoTimeAtStart, List<Fault> faults,
		long faultsEnd) {

	private static final long START = 2000 * Agenda.MILLI;

	static Schedule of(long seed) {
		Random random = new Random(seed * 0x9E3779B97F4A7C15L);
		int nodes = 2 + random.nextInt(3);
		long end = START + random.nextLong(2000, 7000) * Agenda.MILLI;
		Kind kind = Kind.of(random);
		boolean careful = kind == Kind.CAREFUL;
		return new Schedule(seed, nodes, settings(random, kind), careful || random.nextBoolean(), random.nextBoolean(),
				careful || random.nextInt(3) > 0, kind, Habits.of(random, careful),
				new FailoverSettings(Duration.ofMillis(random.nextInt(300, 5000)), 1 + random.nextInt(5)),
				random.nextBoolean() ? random.nextLong() : Long.MAX_VALUE - random.nextLong(10_000 * Agenda.MILLI),
				faults(random, nodes, end, kind), end);
	}

	boolean careful() {
		return this.kind == Kind.CAREFUL;
	}

	private static MonitorSettings settings(Random random, Kind kind) {
		Duration interval = Duration.ofMillis(random.nextBoolean() ? 1000 : random.nextInt(200, 1500));
		Duration fast = Duration.ofMillis(random.nextBoolean() ? 25 : random.nextInt(20, 100));
		int shortest = (kind == Kind.CALM) ? 1000 : 200;
		Duration timeout = Duration.ofMillis(random.nextBoolean() ? 1000 : random.nextInt(shortest, 1500));
		return MonitorSettings.defaults()
			.withTimes(interval, fast, timeout)
			.withThresholds(1 + random.nextInt(4), 1 + random.nextInt(3))
			.withMaxLag(Duration.ofMillis(random.nextInt(200, 10_000)), 16 * 1024)
			.withLostAfter(timeout.plus(interval.multipliedBy(2)).plusMillis(random.nextInt(5000)))
			.withOnConflict((random.nextInt(4) == 0) ? ConflictPolicy.REFUSE : ConflictPolicy.NEWEST_TIMELINE);
	}

	private static List<Fault> faults(Random random, int nodes, long end, Kind kind) {
		List<Fault> faults = new ArrayList<>();
		int count = 1 + random.nextInt(8);
		for (int i = 0; i < count; i++) {
			long lasts = (long) Math.exp(random.nextDouble(Math.log(20), Math.log(5000))) * Agenda.MILLI;
			List<Fault.Kind> kinds = kind.faults;
			faults.add(new Fault(random.nextLong(START, end), kinds.get(random.nextInt(kinds.size())),
					random.nextInt(nodes), random.nextInt(nodes), lasts));
		}
		faults.sort(Comparator.comparingLong(Fault::time));
		return faults;
	}

	/**
	 * What may go wrong at all.
	 */
	enum Kind {

		/** Everything. */
		ANY(EnumSet.allOf(Fault.Kind.class)),

		/**
		 * Nobody promotes but a supervisor that kills the old primary and looks at all
		 * standbys first, so that synchronous replication loses nothing.
		 */
		CAREFUL(EnumSet.complementOf(
				EnumSet.of(Fault.Kind.PROMOTE, Fault.Kind.PROMOTE_TWO, Fault.Kind.OLD_DATA, Fault.Kind.FOREIGN))),

		/** Nothing is wrong with the servers, so nothing is to be noticed. */
		CALM(EnumSet.of(Fault.Kind.STALL, Fault.Kind.CLOCK_JUMP, Fault.Kind.PROBE_NOW, Fault.Kind.HANG_PROBE));

		private final List<Fault.Kind> faults;

		Kind(Set<Fault.Kind> faults) {
			this.faults = List.copyOf(faults);
		}

		private static Kind of(Random random) {
			int what = random.nextInt(10);
			return (what < 2) ? CAREFUL : ((what == 2) ? CALM : ANY);
		}

	}

	/**
	 * Who promotes, and how soon.
	 *
	 * @param promoteAfter how long it watches a cluster without primary
	 * @param followAfter how long until the other standbys follow
	 * @param rejoinAfter how long an old primary or a lost standby stays as it is
	 * @param killsFirst whether it kills the old primary before it promotes
	 */
	record Habits(long promoteAfter, long followAfter, long rejoinAfter, boolean killsFirst) {

		private static Habits of(Random random, boolean careful) {
			return new Habits(random.nextLong(100, 3000) * Agenda.MILLI,
					random.nextBoolean() ? 0 : random.nextLong(2000) * Agenda.MILLI,
					random.nextLong(100, 5000) * Agenda.MILLI, careful || random.nextInt(4) == 0);
		}

	}

}
