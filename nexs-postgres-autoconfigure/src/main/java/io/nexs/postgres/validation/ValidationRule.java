package io.nexs.postgres.validation;

import java.util.Locale;

/**
 * Rules for statements. The name in lower case with dashes is that of the property.
 */
public enum ValidationRule {

	/**
	 * One text has one statement.
	 */
	MULTIPLE_STATEMENTS("has several statements in one text"),

	/**
	 * Definitions are not changed at run time; temporary tables are no definitions.
	 */
	DDL("changes definitions at run time"),

	/**
	 * UPDATE and DELETE have a WHERE, also within WITH, EXPLAIN ANALYZE, PREPARE and
	 * COPY.
	 */
	WITHOUT_WHERE("is UPDATE or DELETE without WHERE"),

	/**
	 * Values in conditions are parameters.
	 */
	LITERAL_IN_WHERE("has a literal in WHERE"),

	/**
	 * What would have to be parsed to be judged can be parsed.
	 */
	UNPARSABLE("cannot be judged, since it cannot be parsed");

	private final String finding;

	private final String tag = name().toLowerCase(Locale.ROOT).replace('_', '-');

	ValidationRule(String finding) {
		this.finding = finding;
	}

	/**
	 * What is said of a statement that breaks it.
	 */
	String finding() {
		return this.finding;
	}

	/**
	 * The rule as it appears in logs.
	 * @return for example {@code without-where}
	 */
	public String tag() {
		return this.tag;
	}

}
