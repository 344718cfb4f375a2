package io.nexs.postgres.tracing;

import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Finds the operations and the names of tables in a statement, in their order, as
 * OpenTelemetry describes the summary of a query. Literals, comments and parameters are
 * stepped over, and what is no key word in the place of one is not told. Not thread-safe.
 */
final class SqlSummary {

	private static final int LONGEST = 255;

	private static final int DEEPEST = 64;

	private static final Set<String> FIRST = Set.of("select", "insert", "update", "delete", "merge", "with", "values",
			"table", "call", "create", "alter", "drop", "truncate", "explain", "copy", "set", "reset", "show", "begin",
			"start", "commit", "rollback", "savepoint", "release", "lock", "listen", "unlisten", "notify", "vacuum",
			"analyze", "reindex", "cluster", "refresh", "grant", "revoke", "comment", "do", "declare", "fetch", "move",
			"close", "prepare", "execute", "deallocate", "discard", "checkpoint");

	private static final Set<String> OPERATIONS = Set.of("select", "insert", "update", "delete", "merge");

	private static final Set<String> NO_OPERATION_BEHIND = Set.of("for", "do", "on", "then", "key");

	private static final Set<String> NO_TARGET = Set.of("only", "if", "not", "exists", "lateral", "concurrently",
			"table");

	private final String sql;

	private final StringBuilder summary = new StringBuilder();

	/** In which parentheses there is an operation, whose FROM names a table. */
	private final boolean[] operates = new boolean[DEEPEST];

	private int position;

	private int depth;

	private boolean begun;

	private boolean full;

	private boolean target;

	private String previous = "";

	SqlSummary(String sql) {
		this.sql = sql;
	}

	/**
	 * The summary, or {@code null} if the first word is not known.
	 */
	@Nullable String text() {
		while (this.position < this.sql.length() && !this.full) {
			char c = this.sql.charAt(this.position);
			if (Character.isJavaIdentifierStart(c) && c != '$') {
				if (!word()) {
					return null;
				}
			}
			else {
				other(c);
			}
		}
		return this.summary.isEmpty() ? null : this.summary.toString();
	}

	/**
	 * A word that is not quoted.
	 * @return whether the statement is understood so far
	 */
	private boolean word() {
		int start = this.position;
		String name = name();
		if (name.length() == 1 && this.position < this.sql.length() && this.sql.charAt(this.position) == '\'') {
			// E'...', B'...', X'...', N'...'
			string(name.equalsIgnoreCase("e"));
			this.position++;
			return true;
		}
		String word = name.toLowerCase(Locale.ROOT);
		if (!this.begun) {
			return first(this.sql.substring(start, this.position), word);
		}
		if (this.target && !NO_TARGET.contains(word)) {
			append(name);
			this.target = false;
		}
		else if (OPERATIONS.contains(word)) {
			operation(name, word);
		}
		else {
			this.target = this.target || namesTarget(word);
			if (word.equals("table")) {
				append(name);
			}
		}
		this.previous = word;
		return true;
	}

	private boolean first(String name, String word) {
		if (!FIRST.contains(word)) {
			return false;
		}
		this.begun = true;
		this.operates[this.depth] = OPERATIONS.contains(word);
		this.target = word.equals("update") || word.equals("call") || word.equals("truncate") || word.equals("table")
				|| word.equals("copy");
		this.previous = word;
		append(name);
		return true;
	}

	/**
	 * Not {@code FOR UPDATE}, {@code DO UPDATE}, {@code ON DELETE}, {@code THEN INSERT}.
	 */
	private void operation(String name, String word) {
		if (NO_OPERATION_BEHIND.contains(this.previous)) {
			return;
		}
		append(name);
		this.operates[this.depth] = true;
		this.target = word.equals("update");
	}

	private boolean namesTarget(String word) {
		return switch (word) {
			case "from" -> this.operates[this.depth] && !this.previous.equals("distinct");
			case "join", "into" -> this.operates[this.depth];
			case "table" -> true;
			default -> false;
		};
	}

	/**
	 * A name, with those of schema and database before it.
	 */
	private String name() {
		int start = this.position;
		while (this.position < this.sql.length() && isPart(this.sql.charAt(this.position))) {
			this.position++;
		}
		return this.sql.substring(start, this.position);
	}

	private boolean isPart(char c) {
		return Character.isJavaIdentifierPart(c) || (c == '.' && this.position + 1 < this.sql.length()
				&& Character.isJavaIdentifierStart(this.sql.charAt(this.position + 1)));
	}

	private void append(String word) {
		if (this.summary.length() + word.length() >= LONGEST) {
			this.full = true;
			return;
		}
		if (!this.summary.isEmpty()) {
			this.summary.append(' ');
		}
		this.summary.append(word);
	}

	private void other(char c) {
		switch (c) {
			case '\'' -> {
				this.target = false;
				string(false);
			}
			case '"' -> quotedName();
			case '(' -> open();
			case ')' -> this.depth = Math.max(0, this.depth - 1);
			case '$' -> dollar();
			case '-' -> lineComment();
			case '/' -> blockComment();
			default -> {
				if (c >= '0' && c <= '9') {
					this.target = false;
					name();
					this.position--;
				}
			}
		}
		this.position++;
	}

	private void open() {
		this.target = false;
		this.depth = Math.min(DEEPEST - 1, this.depth + 1);
		this.operates[this.depth] = false;
	}

	/**
	 * Ends at its last quotation mark, or in {@link #word()} behind it.
	 */
	private void string(boolean escapes) {
		int i = this.position + 1;
		while (i < this.sql.length() && (this.sql.charAt(i) != '\'' || this.sql.startsWith("''", i))) {
			boolean pair = this.sql.charAt(i) == '\'' || (escapes && this.sql.charAt(i) == '\\');
			i += pair ? 2 : 1;
		}
		this.position = Math.min(i, this.sql.length() - 1);
	}

	private void quotedName() {
		int end = this.sql.indexOf('"', this.position + 1);
		boolean ends = end >= 0;
		end = ends ? end : this.sql.length();
		if (this.target && ends) {
			append(this.sql.substring(this.position + 1, end));
			this.target = false;
		}
		this.position = end;
	}

	/**
	 * A parameter, or a string between two tags.
	 */
	private void dollar() {
		int end = this.sql.indexOf('$', this.position + 1);
		if (end < 0 || !this.sql.substring(this.position + 1, end).chars().allMatch(Character::isJavaIdentifierPart)
				|| Character.isDigit(this.sql.charAt(this.position + 1))) {
			return;
		}
		String tag = this.sql.substring(this.position, end + 1);
		int close = this.sql.indexOf(tag, end + 1);
		this.position = (close < 0) ? this.sql.length() : close + tag.length() - 1;
	}

	private void lineComment() {
		if (this.sql.startsWith("--", this.position)) {
			int end = this.sql.indexOf('\n', this.position);
			this.position = (end < 0) ? this.sql.length() : end;
		}
	}

	/**
	 * Block comments may have others within.
	 */
	private void blockComment() {
		if (!this.sql.startsWith("/*", this.position)) {
			return;
		}
		int open = 0;
		int i = this.position;
		do {
			if (this.sql.startsWith("/*", i)) {
				open++;
				i += 2;
			}
			else if (this.sql.startsWith("*/", i)) {
				open--;
				i += 2;
			}
			else {
				i++;
			}
		}
		while (open > 0 && i < this.sql.length());
		this.position = i - 1;
	}

}
