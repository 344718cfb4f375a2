package io.nexs.postgres.simulation;

/**
 * How much happened in many schedules, so that they cannot become tame unnoticed.
 */
final class Totals {

	long schedules;

	long writes;

	long losses;

	long inDoubts;

	long timeouts;

	long rejections;

	long conflicts;

	long fencings;

	long changes;

	long givenUp;

	void add(Client client) {
		this.schedules++;
		this.writes += client.ledger.writes();
		this.losses += client.ledger.losses();
		this.inDoubts += client.ledger.inDoubts();
		this.timeouts += client.ledger.timeouts();
		this.rejections += client.ledger.rejections();
		this.conflicts += client.checks.conflicts();
		this.fencings += client.checks.fencings();
		this.changes += client.checks.changes();
		this.givenUp += client.checks.givenUp();
	}

	@Override
	public String toString() {
		return this.schedules + " schedules: " + this.writes + " writes acknowledged, " + this.losses
				+ " of them lost before a newer primary was seen, " + this.inDoubts + " in doubt; " + this.timeouts
				+ " waits timed out, " + this.rejections + " refused; " + this.changes + " changes of the primary, "
				+ this.fencings + " fencings, " + this.conflicts + " conflicts, " + this.givenUp + " nodes given up";
	}

}
