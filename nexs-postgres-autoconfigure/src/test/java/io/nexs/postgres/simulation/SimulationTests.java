package io.nexs.postgres.simulation;

import io.nexs.postgres.routing.SimulatedRouting;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failures of servers, networks and clocks over the code that decides, in virtual time.
 * Each schedule follows from its seed. {@code -Dsimulation.seed=N} runs one of them and
 * tells its story, {@code -Dsimulation.schedules=N} runs as many as that.
 */
class SimulationTests {

	private static final int SCHEDULES = Integer.getInteger("simulation.schedules", 10_000);

	private static final Long SEED = Long.getLong("simulation.seed");

	@Test
	void invariantsWhenAnythingFailsHold() {
		try (SimulatedRouting.Targets targets = new SimulatedRouting.Targets(Client.NODES)) {
			if (SEED != null) {
				Simulation.run(SEED, true, targets);
				return;
			}
			Totals totals = new Totals();
			for (long seed = 1; seed <= SCHEDULES; seed++) {
				totals.add(Simulation.run(seed, false, targets));
			}
			System.out.println(totals);
			assertThat(totals.changes).isGreaterThan(SCHEDULES);
		}
	}

	/**
	 * How much happened in all schedules, so that they cannot become tame unnoticed.
	 */
	private static final class Totals {

		private long writes;

		private long losses;

		private long inDoubts;

		private long timeouts;

		private long conflicts;

		private long fencings;

		private long changes;

		void add(Client client) {
			this.writes += client.ledger.writes();
			this.losses += client.ledger.losses();
			this.inDoubts += client.ledger.inDoubts();
			this.timeouts += client.ledger.timeouts();
			this.conflicts += client.checks.conflicts();
			this.fencings += client.checks.fencings();
			this.changes += client.checks.changes();
		}

		@Override
		public String toString() {
			return this.writes + " writes acknowledged, " + this.losses
					+ " of them lost before a newer primary was seen, " + this.inDoubts + " in doubt, " + this.timeouts
					+ " timed out; " + this.changes + " changes of the primary, " + this.fencings + " fencings, "
					+ this.conflicts + " conflicts";
		}

	}

}
