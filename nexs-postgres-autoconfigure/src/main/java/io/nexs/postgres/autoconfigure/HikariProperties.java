package io.nexs.postgres.autoconfigure;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.util.PropertyElf;
import com.zaxxer.hikari.util.UtilityElf;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.StringUtils;

/**
 * Tries what stands under {@code nexs.db.pool.hikari} before a pool is built with it, so
 * that a mistake is reported with its key. HikariCP itself reads every text that is not
 * {@code true} as {@code false}.
 */
final class HikariProperties {

	private static final String PREFIX = "nexs.db.pool.hikari.";

	/** What HikariCP hands to a data source of its own making. */
	private static final String DATA_SOURCE = "dataSource.";

	private HikariProperties() {
	}

	static void check(Map<String, String> properties) {
		properties.forEach((name, value) -> {
			if (!name.startsWith(DATA_SOURCE)) {
				check(name, value);
			}
		});
	}

	private static void check(String name, String value) {
		Method setter = setter(name);
		if (setter == null) {
			throw new InvalidSettingException(PREFIX + name, "is not a property of HikariCP",
					"Use one of HikariConfig's names, such as 'leakDetectionThreshold'.");
		}
		if (setter.getParameterTypes()[0] == boolean.class && !value.equalsIgnoreCase("true")
				&& !value.equalsIgnoreCase("false")) {
			throw new InvalidSettingException(PREFIX + name, "is neither true nor false", "Set it to true or false.");
		}
		try {
			set(name, value);
		}
		catch (RuntimeException ex) {
			throw new InvalidSettingException(PREFIX + name, "is refused by HikariCP: " + reason(ex),
					"Set it to a value that HikariCP takes.");
		}
	}

	private static void set(String name, String value) {
		HikariConfig config = new HikariConfig();
		Properties properties = new Properties();
		properties.setProperty(name, value);
		PropertyElf.setTargetFromProperties(config, properties);
		UtilityElf.getTransactionIsolation(config.getTransactionIsolation());
	}

	private static @Nullable Method setter(String name) {
		String setter = "set" + StringUtils.capitalize(name);
		return Arrays.stream(HikariConfig.class.getMethods())
			.filter((method) -> method.getName().equals(setter) && method.getParameterCount() == 1)
			.findFirst()
			.orElse(null);
	}

	/**
	 * HikariCP's own words stand in the outermost or, behind reflection, in the innermost
	 * exception.
	 */
	private static @Nullable String reason(RuntimeException ex) {
		return (ex instanceof IllegalArgumentException) ? ex.getMessage()
				: NestedExceptionUtils.getMostSpecificCause(ex).getMessage();
	}

}
