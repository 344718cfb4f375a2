package io.nexs.postgres.simulation;

import java.time.Duration;

import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.routing.SimulatedRouting;

/**
 * Runs one schedule.
 */
final class Simulation {

	private static final long WRITERS_AT = 1000 * Agenda.MILLI;

	private static final long MARGIN = 50 * Agenda.MILLI;

	private final World world;

	private Simulation(World world) {
		this.world = world;
	}

	/**
	 * Runs the schedule of a seed to its end.
	 * @throws AssertionError if something does not hold
	 */
	static Client run(long seed, boolean traced, SimulatedRouting.Targets targets) {
		Schedule schedule = Schedule.of(seed);
		World world = new World(schedule, traced, targets);
		world.trace.say(schedule::toString);
		try {
			new Simulation(world).run();
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError("Seed " + seed + " at " + world.agenda.now() / Agenda.MILLI + " ms: "
					+ ex.getMessage() + ". Replay it with -Dsimulation.seed=" + seed, ex);
		}
		return world.client;
	}

	private void run() {
		Schedule schedule = this.world.schedule;
		this.world.client.begin(WRITERS_AT);
		this.world.streamForEver();
		this.world.operator.begin();
		this.world.agenda.runUntil(schedule.faultsEnd());
		Server primary = this.world.operator.mend();
		for (Server server : this.world.servers) {
			this.world.client.maintenance(server.index, false);
		}
		this.world.client.unpin();
		this.world.trace.say(() -> "mended, primary " + primary + ": " + this.world.servers);
		long mendedAt = Math.max(schedule.faultsEnd(), this.world.client.stalledUntil());
		this.world.agenda.runUntil(mendedAt + recovery(schedule.settings()));
		this.world.client.checkRecovered(primary, mendedAt);
	}

	/**
	 * A slow probe that finds the failure, and fast ones until it counts as healthy.
	 */
	private static long recovery(MonitorSettings settings) {
		Duration probes = settings.interval()
			.multipliedBy(2)
			.plus(settings.timeout())
			.plus(settings.fastInterval().multipliedBy(2L * (settings.successThreshold() + 2)));
		return probes.toNanos() + 10 * MARGIN;
	}

}
