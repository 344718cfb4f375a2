package io.nexs.postgres.dsn;

import org.jspecify.annotations.Nullable;

/**
 * A DSN could not be read. The message says what is wrong and what to write instead; it
 * never repeats the DSN, because a DSN that cannot be parsed cannot be redacted with
 * certainty.
 */
@SuppressWarnings("serial")
public final class InvalidDsnException extends IllegalArgumentException {

	private final String reason;

	private final String hint;

	private final @Nullable String place;

	InvalidDsnException(String reason, String hint) {
		this(reason, hint, null);
	}

	private InvalidDsnException(String reason, String hint, @Nullable String place) {
		super(((place != null) ? "Invalid DSN in '" + place + "': " : "Invalid DSN: ") + reason + " " + hint);
		this.reason = reason;
		this.hint = hint;
		this.place = place;
	}

	/**
	 * The same failure, with the place the DSN was read from.
	 * @param place name of a property or variable, e.g. {@code nexs.db.dsn}
	 * @return a new exception whose message names the place
	 */
	public InvalidDsnException at(String place) {
		InvalidDsnException located = new InvalidDsnException(this.reason, this.hint, place);
		located.setStackTrace(getStackTrace());
		return located;
	}

	/**
	 * What is wrong, as a sentence.
	 * @return the reason, without any part of the DSN that may be secret
	 */
	public String getReason() {
		return this.reason;
	}

	/**
	 * What to do, as a sentence.
	 * @return the hint
	 */
	public String getHint() {
		return this.hint;
	}

	/**
	 * Where the DSN was read from.
	 * @return the name of the property or variable, {@code null} when not known
	 */
	public @Nullable String getPlace() {
		return this.place;
	}

}
