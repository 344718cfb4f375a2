package io.nexs.postgres.autoconfigure;

import com.zaxxer.hikari.HikariConfig;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * HikariCP sets what {@code nexs.db.pool.hikari} names by reflection.
 */
final class NexsDbRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection().registerType(HikariConfig.class, MemberCategory.INVOKE_PUBLIC_METHODS);
	}

}
