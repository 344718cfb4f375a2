package io.nexs.postgres.masking;

import java.util.List;

/**
 * Tokens as a text again.
 */
final class SqlRendering {

	private static final int LONGEST = 4000;

	private SqlRendering() {
	}

	/**
	 * With literals masked, for people.
	 */
	static String masked(List<SqlToken> tokens) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < tokens.size() && text.length() <= LONGEST; i++) {
			append(text, tokens.get(i), tokens.get(i).text());
			int end = listEnd(tokens, i);
			if (end > 0) {
				text.append("(?, ...)");
				i = end;
			}
		}
		if (text.length() > LONGEST) {
			text.setLength(LONGEST);
			text.append("...");
		}
		return text.toString();
	}

	/**
	 * With literals of no meaning, for a parser.
	 */
	static String neutral(List<SqlToken> tokens) {
		StringBuilder text = new StringBuilder();
		for (SqlToken token : tokens) {
			append(text, token, switch (token.kind()) {
				case STRING -> "'x'";
				case NUMBER -> "1";
				case SYMBOL -> token.text().equals("??") ? "?" : token.text();
				default -> token.text();
			});
		}
		return text.toString();
	}

	private static void append(StringBuilder text, SqlToken token, String as) {
		if (token.spaced() && !text.isEmpty()) {
			text.append(' ');
		}
		text.append(as);
	}

	/**
	 * Whether the token is an IN with a list of values behind it.
	 * @return index of the closing parenthesis, or -1
	 */
	private static int listEnd(List<SqlToken> tokens, int in) {
		if (!tokens.get(in).isWord("in") || in + 4 >= tokens.size() || !tokens.get(in + 1).isSymbol('(')) {
			return -1;
		}
		int i = in + 2;
		while (i + 1 < tokens.size() && tokens.get(i).isValue() && tokens.get(i + 1).isSymbol(',')) {
			i += 2;
		}
		boolean several = i > in + 2;
		boolean closed = i + 1 < tokens.size() && tokens.get(i).isValue() && tokens.get(i + 1).isSymbol(')');
		return (several && closed) ? i + 1 : -1;
	}

}
