package io.nexs.postgres.autoconfigure;

/**
 * Statements are to be validated, and there is no parser on the class path.
 */
final class MissingSqlParserException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	MissingSqlParserException() {
		super("'nexs.db.validation.enabled' needs com.github.jsqlparser:jsqlparser on the class path");
	}

}
