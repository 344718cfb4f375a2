package io.nexs.postgres.benchmark;

import java.util.List;

import javax.sql.DataSource;

import com.baomidou.dynamic.datasource.toolkit.DynamicDataSourceContextHolder;
import org.jspecify.annotations.Nullable;

/**
 * Data sources under test and what has to be closed after them. One object for both where
 * the subject itself tells reads from writes.
 *
 * @param name the name in the report
 * @param writes for work that may write, and for statements in autocommit mode
 * @param reads for read-only transactions
 * @param writeKey what dynamic-datasource is told before work on {@code writes}, or
 * {@code null} for all others
 * @param readKey the same for {@code reads}
 * @param owned what closes them, in order
 */
record Subject(String name, DataSource writes, DataSource reads, @Nullable String writeKey, @Nullable String readKey,
		List<Runnable> owned) implements AutoCloseable {

	static Subject of(String name, DataSource dataSource, List<Runnable> owned) {
		return new Subject(name, dataSource, dataSource, null, null, owned);
	}

	/**
	 * What the interceptor of {@code @DS} does before the method.
	 */
	static void enter(@Nullable String key) {
		if (key != null) {
			DynamicDataSourceContextHolder.push(key);
		}
	}

	/**
	 * What it does after the method.
	 */
	static void leave(@Nullable String key) {
		if (key != null) {
			DynamicDataSourceContextHolder.poll();
		}
	}

	@Override
	public void close() {
		this.owned.forEach(Runnable::run);
	}

}
