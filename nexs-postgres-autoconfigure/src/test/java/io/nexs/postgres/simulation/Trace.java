package io.nexs.postgres.simulation;

import java.util.function.Supplier;

/**
 * The story of one schedule, told only when it is replayed.
 */
final class Trace {

	private final boolean on;

	private final Agenda agenda;

	Trace(boolean on, Agenda agenda) {
		this.on = on;
		this.agenda = agenda;
	}

	void say(Supplier<String> what) {
		if (this.on) {
			System.out.printf("%10.3f  %s%n", this.agenda.now() / 1e6, what.get());
		}
	}

}
