package io.nexs.postgres.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

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
 * @param careful whether nobody promotes but a supervisor that kills the old primary and
 * looks at all standbys first, so that synchronous replication loses nothing
 * @param supervisor who promotes
 * @param waiting how long a write waits for a primary, and how many may
 * @param nanoTimeAtStart where the clock of the client begins, near its overflow now and
 * then
 * @param faults what goes wrong, in order of time
 * @param faultsEnd when everything is mended
 */
record Schedule(long seed, int nodes, MonitorSettings settings, boolean synchronous, boolean timelineReadable,
		boolean archive, boolean careful, Supervisor supervisor, FailoverSettings waiting, long nanoTimeAtStart, List<Fault> faults,
		long faultsEnd) {

	private static final Fault.Kind[] KINDS = Fault.Kind.values();

	/** Those that lose no data where synchronous replication is used with care. */
	private static final Fault.Kind[] HARMLESS = Arrays.stream(KINDS)
		.filter((kind) -> !EnumSet
			.of(Fault.Kind.PROMOTE, Fault.Kind.PROMOTE_TWO, Fault.Kind.OLD_DATA, Fault.Kind.FOREIGN)
			.contains(kind))
		.toArray(Fault.Kind[]::new);

	private static final long START = 2000 * Agenda.MILLI;

	static Schedule of(long seed) {
		Random random = new Random(seed * 0x9E3779B97F4A7C15L);
		int nodes = 2 + random.nextInt(3);
		long end = START + random.nextLong(2000, 7000) * Agenda.MILLI;
		boolean careful = random.nextInt(4) == 0;
		return new Schedule(seed, nodes, settings(random), careful || random.nextBoolean(), random.nextBoolean(),
				random.nextInt(3) > 0, careful, Supervisor.of(random, careful),
				new FailoverSettings(Duration.ofMillis(random.nextInt(300, 5000)), 1 + random.nextInt(5)),
				random.nextBoolean() ? random.nextLong() : Long.MAX_VALUE - random.nextLong(10_000 * Agenda.MILLI),
				faults(random, nodes, end, careful), end);
	}

	private static MonitorSettings settings(Random random) {
		Duration interval = Duration.ofMillis(random.nextBoolean() ? 1000 : random.nextInt(200, 1500));
		Duration fast = Duration.ofMillis(random.nextBoolean() ? 25 : random.nextInt(20, 100));
		Duration timeout = Duration.ofMillis(random.nextBoolean() ? 1000 : random.nextInt(200, 1500));
		return MonitorSettings.defaults()
			.withTimes(interval, fast, timeout)
			.withThresholds(1 + random.nextInt(4), 1 + random.nextInt(3))
			.withMaxLag(Duration.ofMillis(random.nextInt(200, 10_000)), 16 * 1024)
			.withLostAfter(timeout.plus(interval.multipliedBy(2)).plusMillis(random.nextInt(5000)))
			.withOnConflict((random.nextInt(6) == 0) ? ConflictPolicy.REFUSE : ConflictPolicy.NEWEST_TIMELINE);
	}

	private static List<Fault> faults(Random random, int nodes, long end, boolean careful) {
		List<Fault> faults = new ArrayList<>();
		int count = 1 + random.nextInt(8);
		for (int i = 0; i < count; i++) {
			long lasts = (long) Math.exp(random.nextDouble(Math.log(20), Math.log(5000))) * Agenda.MILLI;
			Fault.Kind[] kinds = careful ? HARMLESS : KINDS;
			faults.add(new Fault(random.nextLong(START, end), kinds[random.nextInt(kinds.length)],
					random.nextInt(nodes), random.nextInt(nodes), lasts));
		}
		faults.sort(Comparator.comparingLong(Fault::time));
		return faults;
	}

	/**
	 * Who promotes, and how soon.
	 *
	 * @param promoteAfter how long it watches a cluster without primary
	 * @param followAfter how long until the other standbys follow
	 * @param rejoinAfter how long an old primary or a lost standby stays as it is
	 * @param killsFirst whether it kills the old primary before it promotes
	 */
	record Supervisor(long promoteAfter, long followAfter, long rejoinAfter, boolean killsFirst) {

		private static Supervisor of(Random random, boolean careful) {
			return new Supervisor(random.nextLong(100, 3000) * Agenda.MILLI,
					random.nextBoolean() ? 0 : random.nextLong(2000) * Agenda.MILLI,
					random.nextLong(100, 5000) * Agenda.MILLI, careful || random.nextInt(4) == 0);
		}

	}

}
