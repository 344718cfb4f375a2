package io.nexs.postgres.tracing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Summaries of statements, of which the first thousand are remembered. Only the beginning
 * of a long text is looked at. Thread-safe.
 */
final class Summaries {

	private static final int MOST = 1000;

	private static final int LONGEST_KEY = 4096;

	private static final String NONE = "";

	private final Map<String, String> known = new ConcurrentHashMap<>();

	@Nullable String of(String sql) {
		if (sql.length() > LONGEST_KEY) {
			return new SqlSummary(sql.substring(0, LONGEST_KEY)).text();
		}
		String summary = this.known.get(sql);
		if (summary == null) {
			summary = summarize(sql);
			if (this.known.size() < MOST) {
				this.known.put(sql, summary);
			}
		}
		return summary.isEmpty() ? null : summary;
	}

	int remembered() {
		return this.known.size();
	}

	private static String summarize(String sql) {
		String summary = new SqlSummary(sql).text();
		return (summary != null) ? summary : NONE;
	}

}
