package io.nexs.postgres.simulation;

import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The story of one schedule, told only to who listens.
 */
final class Trace {

	private final @Nullable Consumer<String> listener;

	private final Agenda agenda;

	Trace(@Nullable Consumer<String> listener, Agenda agenda) {
		this.listener = listener;
		this.agenda = agenda;
	}

	void say(Supplier<String> what) {
		if (this.listener != null) {
			this.listener.accept("%10.3f  %s".formatted(this.agenda.now() / 1e6, what.get()));
		}
	}

}
