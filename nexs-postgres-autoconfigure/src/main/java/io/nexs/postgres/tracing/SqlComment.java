package io.nexs.postgres.tracing;

import java.nio.charset.StandardCharsets;

import io.nexs.postgres.routing.StatementText;
import org.jspecify.annotations.Nullable;

/**
 * Says correlation id and trace in a comment behind each statement, as SQLCommenter
 * writes it. A text that has a comment already is left alone, as it says, and so is one
 * for which nothing is known. Thread-safe.
 */
public final class SqlComment implements StatementText {

	private static final String HEX = "0123456789ABCDEF";

	private final CurrentCaller caller;

	/**
	 * Creates the comments.
	 * @param caller knows correlation id and trace
	 */
	public SqlComment(CurrentCaller caller) {
		this.caller = caller;
	}

	@Override
	public String of(String sql) {
		String correlationId = CorrelationId.current();
		String traceparent = this.caller.traces().traceparent();
		if ((correlationId == null && traceparent == null) || sql.contains("/*") || sql.contains("--")) {
			return sql;
		}
		int end = endOf(sql);
		if (end == 0) {
			return sql;
		}
		StringBuilder text = new StringBuilder(sql.length() + 128).append(sql, 0, end).append(" /*");
		int start = text.length();
		append(text, start, "correlation_id", correlationId);
		append(text, start, "traceparent", traceparent);
		return text.append("*/").append(sql, end, sql.length()).toString();
	}

	/**
	 * The comment stands in front of a last semicolon, behind which it would be a
	 * statement of its own.
	 */
	private static int endOf(String sql) {
		int end = sql.length();
		while (end > 0 && (Character.isWhitespace(sql.charAt(end - 1)) || sql.charAt(end - 1) == ';')) {
			end--;
		}
		return end;
	}

	private static void append(StringBuilder text, int start, String key, @Nullable String value) {
		if (value != null) {
			text.append((text.length() > start) ? "," : "").append(key).append("='");
			encode(text, value);
			text.append('\'');
		}
	}

	/**
	 * Percent encoding of all but letters, digits, and {@code - _ . ~}: no quotation
	 * mark, no backslash and no end of the comment is left.
	 */
	static void encode(StringBuilder text, String value) {
		for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
			boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
			if (letter || (b >= '0' && b <= '9') || b == '-' || b == '_' || b == '.' || b == '~') {
				text.append((char) b);
			}
			else {
				text.append('%').append(HEX.charAt((b >> 4) & 0xf)).append(HEX.charAt(b & 0xf));
			}
		}
	}

}
