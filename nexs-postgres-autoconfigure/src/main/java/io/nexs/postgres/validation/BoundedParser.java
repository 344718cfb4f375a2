package io.nexs.postgres.validation;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.statement.Statement;
import org.jspecify.annotations.Nullable;

/**
 * JSqlParser with a time limit. It parses on the thread of the caller; what takes too
 * long is told to stop by the thread {@code nexs-db-validation}, which there is only
 * while something is parsed and a moment after. Its own limit is not used: it takes two
 * threads for each text. Thread-safe.
 */
final class BoundedParser implements AutoCloseable {

	private static final int LONGEST = 50_000;

	private final long timeoutNanos;

	private final ScheduledThreadPoolExecutor watch = new ScheduledThreadPoolExecutor(1, BoundedParser::thread);

	BoundedParser(Duration timeout) {
		this.timeoutNanos = timeout.toNanos();
		this.watch.setRemoveOnCancelPolicy(true);
		this.watch.setKeepAliveTime(10, TimeUnit.SECONDS);
		this.watch.allowCoreThreadTimeOut(true);
		this.watch.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
	}

	private static Thread thread(Runnable work) {
		Thread thread = new Thread(work, "nexs-db-validation");
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Parses one statement.
	 * @return the statement; {@code null} if it cannot be parsed, or not in time
	 */
	@Nullable Statement parse(String sql) {
		if (sql.length() > LONGEST) {
			return null;
		}
		long start = System.nanoTime();
		Statement simple = parse(sql, false, this.timeoutNanos);
		long left = this.timeoutNanos - (System.nanoTime() - start);
		return (simple != null || left <= 0) ? simple : parse(sql, true, left);
	}

	/**
	 * Nested expressions are parsed only where it does not go without.
	 */
	private @Nullable Statement parse(String sql, boolean complex, long nanos) {
		CCJSqlParser parser = CCJSqlParserUtil.newParser(sql).withAllowComplexParsing(complex);
		ScheduledFuture<?> limit = this.watch.schedule(() -> parser.interrupted = true, nanos, TimeUnit.NANOSECONDS);
		try {
			Statement parsed = parser.Statement();
			return parser.interrupted ? null : parsed;
		}
		catch (ParseException | StackOverflowError | RuntimeException ex) {
			return null;
		}
		finally {
			limit.cancel(false);
		}
	}

	@Override
	public void close() {
		this.watch.shutdownNow();
	}

}
