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
	 * A preface of a statement, or of several joined by {@link Prelude#join}.
	 */
	static @Nullable Preface of(@Nullable String text) {
		return (text != null) ? new Preface(text, count(text)) : null;
	}

	private static int count(String text) {
		int statements = 1;
		for (int i = text.indexOf("\n;"); i >= 0; i = text.indexOf("\n;", i + 1)) {
			statements++;
		}
		return statements;
	}

	/**
	 * A preface of both.
	 */
	static @Nullable Preface of(@Nullable String first, @Nullable String second) {
		if (first == null || second == null) {
			return of((first != null) ? first : second);
		}
		return of(Prelude.join(first, second));
	}

	/**
	 * One text with what comes behind.
	 */
	String join(String sql) {
		return Prelude.join(this.text, sql);
	}

}
