package io.nexs.postgres.masking;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.springframework.util.ConcurrentLruCache;

/**
 * Normalizes SQL texts. Remembers those used last, by their text. Thread-safe.
 */
public final class SqlTexts {

	private static final int REMEMBERED = 1024;

	/** Longer texts are not remembered: they have data in them, and come once. */
	private static final int LONGEST_REMEMBERED = 8192;

	private final ConcurrentLruCache<String, NormalizedSql> cache = new ConcurrentLruCache<>(REMEMBERED,
			SqlTexts::normalize);

	/**
	 * Normalizes a text.
	 * @param sql any text, which need not be valid
	 * @return the text without literals
	 */
	public NormalizedSql of(String sql) {
		return (sql.length() <= LONGEST_REMEMBERED) ? this.cache.get(sql) : normalize(sql);
	}

	/**
	 * Normalizes a text without remembering it.
	 * @param sql any text, which need not be valid
	 * @return the text without literals
	 */
	public static NormalizedSql normalize(String sql) {
		List<SqlToken> tokens = SqlLexer.tokens(sql);
		return new NormalizedSql(SqlRendering.masked(tokens), command(tokens), SqlCommands.isWrite(tokens),
				PlaceholderNames.of(tokens));
	}

	private static String command(List<SqlToken> tokens) {
		for (SqlToken token : tokens) {
			if (token.kind() == SqlToken.Kind.WORD) {
				return token.text().toLowerCase(Locale.ROOT);
			}
		}
		return "";
	}

	/**
	 * Takes a text with several statements apart.
	 * @param sql any text
	 * @return the statements that are not empty, without comments and with literals of no
	 * meaning in place of their own, so that a parser reads them and what it says tells
	 * no data
	 */
	public static List<String> statements(String sql) {
		List<String> statements = new ArrayList<>();
		for (List<SqlToken> statement : SqlCommands.split(SqlLexer.tokens(sql))) {
			statements.add(SqlRendering.neutral(statement));
		}
		return statements;
	}

	/**
	 * Writes the parameters of JDBC as PostgreSQL does.
	 * @param sql a text with {@code ?}
	 * @return the same with {@code $1}, {@code $2} and so on; {@code ??} becomes the
	 * operator it stands for
	 */
	public static String numbered(String sql) {
		StringBuilder numbered = new StringBuilder(sql.length() + 16);
		int copied = 0;
		int parameters = 0;
		for (SqlToken token : SqlLexer.tokens(sql)) {
			boolean operator = token.kind() == SqlToken.Kind.SYMBOL && token.text().equals("??");
			if (token.kind() == SqlToken.Kind.PLACEHOLDER || operator) {
				numbered.append(sql, copied, token.start());
				numbered.append(operator ? "?" : "$" + (++parameters));
				copied = token.end();
			}
		}
		return numbered.append(sql, copied, sql.length()).toString();
	}

	/**
	 * How many parameters of JDBC a text has.
	 * @param sql any text
	 * @return the number of {@code ?} outside of literals
	 */
	public static int parameters(String sql) {
		return (int) SqlLexer.tokens(sql).stream().filter((token) -> token.kind() == SqlToken.Kind.PLACEHOLDER).count();
	}

}
