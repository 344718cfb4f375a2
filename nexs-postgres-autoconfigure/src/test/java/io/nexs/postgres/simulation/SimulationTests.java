package io.nexs.postgres.simulation;

import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.routing.SimulatedRouting;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failures of servers, networks and clocks over the code that decides, in virtual time.
 * Each schedule follows from its seed. {@code -Dsimulation.seed=N} runs one of them and
 * tells its story, {@code -Dsimulation.schedules=N} runs as many as that.
 */
class SimulationTests {

	private static final int SCHEDULES = Integer.getInteger("simulation.schedules", 10_000);

	private static final SimulatedRouting.Targets targets = new SimulatedRouting.Targets(Client.NODES);

	@AfterAll
	static void close() {
		targets.close();
	}

	@Test
	@DisabledIfSystemProperty(named = "simulation.seed", matches = ".+")
	void promisesWhenAnythingFailsAreKept() {
		Totals totals = new Totals();
		for (long seed = 1; seed <= SCHEDULES; seed++) {
			totals.add(Simulation.run(seed, targets, null));
		}
		System.out.println(totals);
		assertThat(totals.writes).isGreaterThan(100L * SCHEDULES);
		assertThat(totals.changes).isGreaterThan(2L * SCHEDULES);
		assertThat(totals.fencings).isGreaterThan(SCHEDULES / 10);
		assertThat(List.of(totals.conflicts, totals.inDoubts, totals.timeouts, totals.rejections, totals.losses))
			.allSatisfy((count) -> assertThat(count).as("%s", totals).isGreaterThan(SCHEDULES / 50));
		assertThat(totals.givenUp).isGreaterThan(SCHEDULES / 500);
	}

	@Test
	@EnabledIfSystemProperty(named = "simulation.seed", matches = ".+")
	void promisesWhenOneScheduleIsReplayedAreKept() {
		Simulation.run(Long.getLong("simulation.seed"), targets, System.out::println);
	}

	@Test
	void scheduleWhenReplayedIsTheSame() {
		for (long seed = 1; seed <= 200; seed++) {
			assertThat(story(seed)).isEqualTo(story(seed));
		}
	}

	private static List<String> story(long seed) {
		List<String> lines = new ArrayList<>();
		Simulation.run(seed, targets, lines::add);
		return lines;
	}

}
