package io.nexs.postgres.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Ends the start on a Spring Boot older than version 4, on which the auto-configuration
 * would fail with a missing class. Uses nothing that differs between its generations.
 */
final class BootGenerationCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

	private static final int GENERATION = 4;

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		check(SpringBootVersion.getVersion());
	}

	/**
	 * Looks at a version.
	 * @param version of Spring Boot, {@code null} where its jar does not tell
	 * @throws WrongBootException if it is too old
	 */
	static void check(@Nullable String version) {
		int dot = (version != null) ? version.indexOf('.') : -1;
		if (version != null && dot == 1 && Character.digit(version.charAt(0), 10) < GENERATION) {
			throw new WrongBootException(version);
		}
	}

	/**
	 * Before the environment is read by classes that differ.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
