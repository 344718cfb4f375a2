package io.nexs.postgres.tracing;

import io.nexs.postgres.routing.Prelude;
import org.jspecify.annotations.Nullable;

/**
 * Sets {@code application_name} for one transaction to the name of the application and
 * the correlation id. The text goes with BEGIN and the first statement. The server takes
 * it back at the end of the transaction, so nothing is left in the session. Thread-safe.
 */
public final class ApplicationName implements Prelude {

	/** The server cuts off what is longer. */
	private static final int LONGEST = 63;

	private final Prelude first;

	private final String application;

	private final CurrentCaller caller;

	/**
	 * Creates the prelude.
	 * @param first what else is to be said, before it
	 * @param application name of the application
	 * @param caller knows the correlation id
	 */
	public ApplicationName(Prelude first, String application, CurrentCaller caller) {
		this.first = first;
		this.application = application.replaceAll("[^A-Za-z0-9 ._-]", "_");
		this.caller = caller;
	}

	@Override
	public @Nullable String text(int isolation) {
		String before = this.first.text(isolation);
		String id = this.caller.correlationId();
		if (id == null || !CorrelationId.isValid(id)) {
			return before;
		}
		String setting = "SET LOCAL application_name = '" + name(id) + "'";
		return (before != null) ? Prelude.join(before, setting) : setting;
	}

	/**
	 * Neither of both has a quotation mark; where they are too long together the name of
	 * the application gives way.
	 */
	private String name(String id) {
		String end = id.substring(0, Math.min(id.length(), LONGEST));
		int room = Math.max(0, LONGEST - 1 - end.length());
		String start = this.application.substring(0, Math.min(room, this.application.length()));
		return start.isEmpty() ? end : start + "/" + end;
	}

}
