package io.nexs.postgres.routing;

/**
 * What a failure means for the transaction it happened in.
 */
public enum FailureEffect {

	/**
	 * The transaction is rolled back, or can only be rolled back.
	 */
	ROLLED_BACK("the transaction is rolled back"),

	/**
	 * The server refused a statement; inside a transaction only a savepoint saves what
	 * came before it.
	 */
	STATEMENT_FAILED("the statement had no effect"),

	/**
	 * It is not known whether the work was done.
	 */
	UNKNOWN("the outcome is not known");

	private final String text;

	FailureEffect(String text) {
		this.text = text;
	}

	/**
	 * The effect in words.
	 */
	String text() {
		return this.text;
	}

}
