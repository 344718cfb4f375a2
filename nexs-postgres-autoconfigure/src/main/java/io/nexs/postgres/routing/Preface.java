package io.nexs.postgres.routing;

import org.jspecify.annotations.Nullable;

/**
 * Statements that have to be said in front of another one, in one text with it where the
 * driver can do that. Each of them has one result.
 *
 * @param text the statements
 * @param statements their number
 */
record Preface(String text, int statements) {

	/**
	 * A preface of one statement.
	 */
	static @Nullable Preface of(@Nullable String statement) {
		return (statement != null) ? new Preface(statement, 1) : null;
	}

	/**
	 * A preface of up to two statements.
	 */
	static @Nullable Preface of(@Nullable String first, @Nullable String second) {
		if (first == null || second == null) {
			return of((first != null) ? first : second);
		}
		return new Preface(first + "\n;" + second, 2);
	}

	/**
	 * One text with what comes behind. The line break ends a comment; behind the
	 * semicolon it would shift the positions in the server's error messages.
	 */
	String join(String sql) {
		return this.text + "\n;" + sql;
	}

}
