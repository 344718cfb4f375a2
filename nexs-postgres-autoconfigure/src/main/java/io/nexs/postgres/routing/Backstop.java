package io.nexs.postgres.routing;

import org.jspecify.annotations.Nullable;

/**
 * The server's own limit in the present transaction of a connection: what
 * {@code statement_timeout} is set to until the end of the transaction. It travels with
 * statements. Not thread-safe, like the handle.
 */
final class Backstop {

	/**
	 * Switches it off for what comes next in the transaction.
	 */
	static final String OFF = "set local statement_timeout = 0";

	private int inForce;

	/** The shortest one said in the transaction; zero for none. */
	private int shortest;

	private boolean sure = true;

	/**
	 * Another transaction begins.
	 */
	void begin() {
		this.inForce = 0;
		this.shortest = 0;
		this.sure = true;
	}

	/**
	 * What was said may be taken back, or may not have been heard.
	 */
	void doubt() {
		this.sure = false;
		this.inForce = this.shortest;
	}

	/**
	 * What has to be said in front of a statement. A longer limit in force, or none, is
	 * not worth a round trip; a shorter one would end the statement.
	 * @param millis the limit of the statement, zero for none
	 * @param free whether saying it takes no round trip
	 * @return a statement, or {@code null} for none
	 */
	@Nullable String text(int millis, boolean free) {
		boolean shorter = this.inForce != 0 && (millis == 0 || millis > this.inForce);
		boolean other = millis != this.inForce || (!this.sure && millis != 0);
		if (!shorter && !(free && other)) {
			return null;
		}
		this.inForce = millis;
		this.shortest = (millis == 0 || (this.shortest != 0 && this.shortest < millis)) ? this.shortest : millis;
		this.sure = true;
		return "set local statement_timeout = " + millis;
	}

	/**
	 * What has to be said in front of COMMIT.
	 */
	@Nullable String beforeCommit() {
		return (this.inForce != 0) ? OFF : null;
	}

	/**
	 * The same for a statement outside a transaction, which takes it as one with what is
	 * in front of it. SET LOCAL would be warned of there.
	 */
	static @Nullable String alone(int millis) {
		return (millis != 0) ? "select set_config('statement_timeout', '" + millis + "', true)" : null;
	}

}
