package io.nexs.postgres.masking;

/**
 * A part of an SQL text. Literals have no text of their own, so that nothing made of
 * tokens can tell them.
 *
 * @param kind what it is
 * @param text how it is told
 * @param spaced whether there is space or a comment before it
 * @param start where it begins in the SQL
 * @param end where it ends, exclusively
 */
record SqlToken(Kind kind, String text, boolean spaced, int start, int end) {

	/**
	 * What is told instead of a literal.
	 */
	static final String MASK = "?";

	boolean isWord(String word) {
		return this.kind == Kind.WORD && this.text.equalsIgnoreCase(word);
	}

	boolean isSymbol(char symbol) {
		return this.kind == Kind.SYMBOL && this.text.length() == 1 && this.text.charAt(0) == symbol;
	}

	/**
	 * Whether it stands for a value: a literal or a parameter.
	 */
	boolean isValue() {
		return this.kind == Kind.STRING || this.kind == Kind.NUMBER || isParameter();
	}

	boolean isParameter() {
		return this.kind == Kind.PLACEHOLDER || this.kind == Kind.POSITION;
	}

	boolean isName() {
		return this.kind == Kind.WORD || this.kind == Kind.IDENTIFIER;
	}

	/**
	 * Kinds of tokens.
	 */
	enum Kind {

		/** A key word or an unquoted name. */
		WORD,

		/** A quoted name. */
		IDENTIFIER,

		/** A string in any notation, also bits and dollar quotes. */
		STRING,

		/** A number. */
		NUMBER,

		/** A parameter of JDBC. */
		PLACEHOLDER,

		/** A parameter of PostgreSQL. */
		POSITION,

		/** Any other character; {@code ??} is one. */
		SYMBOL

	}

}
