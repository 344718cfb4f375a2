package io.nexs.postgres.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Gives four environment variables the meaning their names promise:
 * {@code NEXS_DB_MAX_CONNS} and the others belong to {@code nexs.db.pool}, which relaxed
 * binding cannot know. {@code NEXS_DB_DSN} and {@code NEXS_DB_REPLICA_DSN} bind without
 * help.
 * <p>
 * The values rank just below the environment itself: system properties, the command line
 * and {@code NEXS_DB_POOL_MAXCONNS} win, {@code application.yml} loses.
 */
final class LegacyEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	static final String SOURCE_NAME = "nexsDbEnvironment";

	private static final Map<String, String> KEYS = Map.of("NEXS_DB_MAX_CONNS", "nexs.db.pool.max-conns",
			"NEXS_DB_MIN_CONNS", "nexs.db.pool.min-conns", "NEXS_DB_MAX_CONN_LIFETIME",
			"nexs.db.pool.max-conn-lifetime", "NEXS_DB_MAX_CONN_IDLE_TIME", "nexs.db.pool.max-conn-idle-time");

	/**
	 * Before configuration files are read, so that they may refer to these keys.
	 */
	@Override
	public int getOrder() {
		return ConfigDataEnvironmentPostProcessor.ORDER - 1;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		MutablePropertySources sources = environment.getPropertySources();
		PropertySource<?> variables = sources.get(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
		boolean enabled = environment.getProperty("nexs.db.enabled", Boolean.class, true);
		if (variables == null || sources.contains(SOURCE_NAME) || !enabled) {
			return;
		}
		Map<String, Object> values = new LinkedHashMap<>();
		KEYS.forEach((variable, key) -> {
			Object value = variables.getProperty(variable);
			if (value != null && !value.toString().isBlank()) {
				values.put(key, OriginTrackedValue.of(value.toString(), new SystemEnvironmentOrigin(variable)));
			}
		});
		if (!values.isEmpty()) {
			sources.addAfter(variables.getName(), new VariablesPropertySource(values));
		}
	}

	/**
	 * Values by key, each with the variable it comes from, so that a failure analysis can
	 * name the variable.
	 */
	private static final class VariablesPropertySource extends MapPropertySource implements OriginLookup<String> {

		VariablesPropertySource(Map<String, Object> values) {
			super(SOURCE_NAME, values);
		}

		@Override
		public @Nullable Object getProperty(String name) {
			Object value = super.getProperty(name);
			return (value instanceof OriginTrackedValue tracked) ? tracked.getValue() : value;
		}

		@Override
		public @Nullable Origin getOrigin(String name) {
			return Origin.from(super.getProperty(name));
		}

	}

}
