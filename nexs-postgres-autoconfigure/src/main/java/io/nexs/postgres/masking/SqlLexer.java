package io.nexs.postgres.masking;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Takes an SQL text apart by the lexical rules of PostgreSQL ("Lexical Structure" in its
 * manual and {@code scan.l}), with {@code standard_conforming_strings} on. What does not
 * end is taken for a literal up to the end of the text. A plain string with a backslash
 * before a quote ends elsewhere where that setting is off, so the rest of such a text is
 * left out. Not thread-safe, for one text.
 */
final class SqlLexer {

	private final String sql;

	private final List<SqlToken> tokens = new ArrayList<>();

	private int at;

	private boolean spaced;

	private SqlLexer(String sql) {
		this.sql = sql;
	}

	static List<SqlToken> tokens(String sql) {
		SqlLexer lexer = new SqlLexer(sql);
		while (lexer.at < sql.length()) {
			lexer.next();
		}
		return lexer.tokens;
	}

	private void next() {
		char c = this.sql.charAt(this.at);
		if (isSpace(c)) {
			skip(1);
		}
		else if (isAhead("--")) {
			skip(lineEnd(this.at) - this.at);
		}
		else if (isAhead("/*")) {
			skip(commentEnd() - this.at);
		}
		else if (c == '\'') {
			string(this.at, false);
		}
		else if (c == '"') {
			identifier(this.at);
		}
		else if (c == '$') {
			dollar();
		}
		else if (isDigit(c) || (c == '.' && isDigit(charAt(this.at + 1)))) {
			number();
		}
		else if (isNameStart(c)) {
			word();
		}
		else if (c == '?') {
			boolean operator = charAt(this.at + 1) == '?';
			add(operator ? SqlToken.Kind.SYMBOL : SqlToken.Kind.PLACEHOLDER, this.at + (operator ? 2 : 1));
		}
		else {
			add(SqlToken.Kind.SYMBOL, this.at + 1);
		}
	}

	private void skip(int characters) {
		this.at += characters;
		this.spaced = true;
	}

	private void add(SqlToken.Kind kind, int end) {
		add(kind, this.sql.substring(this.at, end), end);
	}

	private void add(SqlToken.Kind kind, String text, int end) {
		this.tokens.add(new SqlToken(kind, text, this.spaced, this.at, end));
		this.spaced = false;
		this.at = end;
	}

	/**
	 * Comments nest.
	 */
	private int commentEnd() {
		int depth = 0;
		for (int i = this.at; i + 1 < this.sql.length(); i++) {
			if (this.sql.startsWith("/*", i)) {
				depth++;
				i++;
			}
			else if (this.sql.startsWith("*/", i)) {
				depth--;
				i++;
				if (depth == 0) {
					return i + 1;
				}
			}
		}
		return this.sql.length();
	}

	private int lineEnd(int from) {
		int i = from;
		while (i < this.sql.length() && !isLineEnd(this.sql.charAt(i))) {
			i++;
		}
		return i;
	}

	private void word() {
		int end = this.at;
		while (end < this.sql.length() && isNamePart(this.sql.charAt(end))) {
			end++;
		}
		String word = this.sql.substring(this.at, end).toLowerCase(Locale.ROOT);
		char next = charAt(end);
		if (next == '\'' && (word.equals("b") || word.equals("x") || word.equals("n") || word.equals("e"))) {
			string(end, word.equals("e"));
		}
		else if (word.equals("u") && next == '&' && charAt(end + 1) == '\'') {
			string(end + 1, false);
		}
		else if (word.equals("u") && next == '&' && charAt(end + 1) == '"') {
			identifier(end + 1);
		}
		else {
			add(SqlToken.Kind.WORD, end);
		}
	}

	private void identifier(int quote) {
		int end = quote + 1;
		while (end < this.sql.length()) {
			if (this.sql.charAt(end) != '"') {
				end++;
			}
			else if (charAt(end + 1) == '"') {
				end += 2;
			}
			else {
				add(SqlToken.Kind.IDENTIFIER, end + 1);
				return;
			}
		}
		add(SqlToken.Kind.STRING, SqlToken.MASK, this.sql.length());
	}

	/**
	 * A string goes on behind its end if there is nothing but space with a line break and
	 * another quote, and has the same escapes there.
	 */
	private void string(int quote, boolean escapes) {
		int end = stringEnd(quote, escapes);
		int more = (end < this.sql.length()) ? continuation(end) : -1;
		while (more >= 0) {
			end = stringEnd(more, escapes);
			more = (end < this.sql.length()) ? continuation(end) : -1;
		}
		add(SqlToken.Kind.STRING, SqlToken.MASK, end);
	}

	private int stringEnd(int quote, boolean escapes) {
		int i = quote + 1;
		while (i < this.sql.length()) {
			char c = this.sql.charAt(i);
			if (c == '\\' && escapes) {
				i += 2;
			}
			else if (c == '\\' && charAt(i + 1) == '\'' && !isLoneBackslash(quote)) {
				return this.sql.length();
			}
			else if (c != '\'') {
				i++;
			}
			else if (charAt(i + 1) == '\'') {
				i += 2;
			}
			else {
				return i + 1;
			}
		}
		return this.sql.length();
	}

	/**
	 * The usual {@code escape '\'}.
	 */
	private boolean isLoneBackslash(int quote) {
		return this.sql.startsWith("'\\'", quote) && charAt(quote + 3) != '\'';
	}

	private int continuation(int from) {
		boolean broken = false;
		int i = from;
		while (i < this.sql.length()) {
			char c = this.sql.charAt(i);
			if (isSpace(c)) {
				broken |= isLineEnd(c);
				i++;
			}
			else if (this.sql.startsWith("--", i)) {
				i = lineEnd(i);
			}
			else {
				return (broken && c == '\'') ? i : -1;
			}
		}
		return -1;
	}

	private void dollar() {
		int i = this.at + 1;
		if (isDigit(charAt(i))) {
			while (isDigit(charAt(i))) {
				i++;
			}
			add(SqlToken.Kind.POSITION, i);
			return;
		}
		if (isNameStart(charAt(i))) {
			while (isNamePart(charAt(i)) && charAt(i) != '$') {
				i++;
			}
		}
		if (charAt(i) != '$') {
			add(SqlToken.Kind.SYMBOL, this.at + 1);
			return;
		}
		String quote = this.sql.substring(this.at, i + 1);
		int end = this.sql.indexOf(quote, i + 1);
		add(SqlToken.Kind.STRING, SqlToken.MASK, (end >= 0) ? end + quote.length() : this.sql.length());
	}

	/**
	 * Letters and digits behind a number belong to it: an exponent, a base, or a mistake.
	 */
	private void number() {
		int end = this.at + 1;
		while (isNamePart(charAt(end)) || charAt(end) == '.' || isExponentSign(end)) {
			end++;
		}
		add(SqlToken.Kind.NUMBER, SqlToken.MASK, end);
	}

	private boolean isExponentSign(int index) {
		char c = charAt(index);
		char before = charAt(index - 1);
		return (c == '+' || c == '-') && (before == 'e' || before == 'E') && isDigit(charAt(index + 1));
	}

	private boolean isAhead(String text) {
		return this.sql.startsWith(text, this.at);
	}

	private char charAt(int index) {
		return (index < this.sql.length()) ? this.sql.charAt(index) : '\0';
	}

	private static boolean isSpace(char c) {
		return c == ' ' || c == '\t' || c == '\f' || c == '\u000B' || isLineEnd(c);
	}

	private static boolean isLineEnd(char c) {
		return c == '\n' || c == '\r';
	}

	private static boolean isDigit(char c) {
		return c >= '0' && c <= '9';
	}

	private static boolean isNameStart(char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
	}

	private static boolean isNamePart(char c) {
		return isNameStart(c) || isDigit(c) || c == '$';
	}

}
