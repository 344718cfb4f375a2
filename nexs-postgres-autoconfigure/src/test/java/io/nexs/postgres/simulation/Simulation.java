package io.nexs.postgres.simulation;

import java.time.Duration;
import java.util.function.Consumer;

import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.routing.SimulatedRouting;
import org.jspecify.annotations.Nullable;

/**
 * Runs one schedule.
 */
final class Simulation {

	private static final long WRITERS_AT = 1000 * Agenda.MILLI;

	/** When everything is mended, an answer may still be that long under way. */
	private static final long SLOWEST = 1250 * Agenda.MILLI;

	private static final long MARGIN = 50 * Agenda.MILLI;

	private final World world;

	private Simulation(World world) {
		this.world = world;
	}

	/**
	 * Runs the schedule of a seed to its end.
	 * @param targets shared by all runs
	 * @param listener is told the story, if there is one
	 * @return the client, with what it counted
	 * @throws AssertionError if something does not hold
	 */
	static Client run(long seed, SimulatedRouting.Targets targets, @Nullable Consumer<String> listener) {
		Schedule schedule = Schedule.of(seed);
		World world = new World(schedule, listener, targets);
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
		this.world.supervisor.supervise();
		this.world.agenda.runUntil(schedule.faultsEnd());
		Server primary = this.world.supervisor.mend();
		for (Server server : this.world.servers) {
			this.world.client.maintenance(server.index, false);
		}
		this.world.client.unpin();
		this.world.trace.say(() -> "mended, primary " + primary + ": " + this.world.servers);
		long mendedAt = Math.max(schedule.faultsEnd(), this.world.jvm.stalledUntil());
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
		return probes.toNanos() + SLOWEST + 10 * MARGIN;
	}

}
