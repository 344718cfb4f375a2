package io.nexs.postgres.routing;

import java.util.Locale;

import io.nexs.postgres.hook.HookPoint;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of JDBC; the value of the meter tag {@code operation}. It is the method
 * called, not the SQL, which is never parsed.
 */
public enum StatementKind {

	/**
	 * {@code executeQuery}.
	 */
	QUERY,

	/**
	 * {@code executeUpdate} and {@code executeLargeUpdate}.
	 */
	UPDATE,

	/**
	 * {@code execute}.
	 */
	EXECUTE,

	/**
	 * {@code executeBatch} and {@code executeLargeBatch}.
	 */
	BATCH,

	/**
	 * Any of them on a {@code CallableStatement}.
	 */
	CALL;

	private static final String[] ROW_WORDS = { "select", "values", "table", "show", "explain", "fetch" };

	private final String tag = name().toLowerCase(Locale.ROOT);

	/**
	 * The point of the hooks. {@code execute} is told by the first word of its text,
	 * which for a hook is good enough; routing never looks at it.
	 */
	HookPoint point(@Nullable String sql) {
		return switch (this) {
			case QUERY -> HookPoint.QUERY;
			case BATCH -> HookPoint.BATCH;
			case EXECUTE -> asksForRows(sql) ? HookPoint.QUERY : HookPoint.EXEC;
			case UPDATE, CALL -> HookPoint.EXEC;
		};
	}

	private static boolean asksForRows(@Nullable String sql) {
		if (sql == null) {
			return false;
		}
		int start = 0;
		while (start < sql.length() && (Character.isWhitespace(sql.charAt(start)) || sql.charAt(start) == '(')) {
			start++;
		}
		for (String word : ROW_WORDS) {
			if (sql.regionMatches(true, start, word, 0, word.length())
					&& !Character.isJavaIdentifierPart(charAt(sql, start + word.length()))) {
				return true;
			}
		}
		return false;
	}

	private static char charAt(String text, int index) {
		return (index < text.length()) ? text.charAt(index) : ' ';
	}

	/**
	 * The kind as it appears in meters.
	 * @return the name in lower case
	 */
	public String tag() {
		return this.tag;
	}

}
