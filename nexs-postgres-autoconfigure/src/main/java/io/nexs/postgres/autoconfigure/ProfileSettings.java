package io.nexs.postgres.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Puts the values of {@code nexs.db.profile} behind all other sources of the environment,
 * so that each value of the user wins, wherever and however it is written. It works when
 * all configuration classes have been read, since {@code @PropertySource} adds its source
 * then.
 */
final class ProfileSettings implements BeanFactoryPostProcessor {

	static final String SOURCE_NAME = "nexsDbProfile";

	private static final String PROFILE = "nexs.db.profile";

	private static final String MAX_CONNS = "nexs.db.pool.max-conns";

	private static final String MIN_CONNS = "nexs.db.pool.min-conns";

	private final Environment environment;

	ProfileSettings(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		Binder binder = Binder.get(this.environment);
		NexsDbProfile profile = binder.bind(PROFILE, NexsDbProfile.class).orElse(NexsDbProfile.DEFAULT);
		if (profile != NexsDbProfile.DEFAULT && this.environment instanceof ConfigurableEnvironment configurable) {
			configurable.getPropertySources().remove(SOURCE_NAME);
			configurable.getPropertySources()
				.addLast(new OriginTrackedMapPropertySource(SOURCE_NAME, values(profile, binder)));
		}
	}

	/**
	 * The least number of connections follows a greatest one the user has set below it.
	 */
	private static Map<String, Object> values(NexsDbProfile profile, Binder binder) {
		Map<String, String> settings = new LinkedHashMap<>(profile.settings());
		String most = binder.bind(MAX_CONNS, String.class).orElse("");
		if (most.matches("\\d{1,9}")) {
			settings.computeIfPresent(MIN_CONNS,
					(key, least) -> String.valueOf(Math.min(Integer.parseInt(least), Integer.parseInt(most))));
		}
		Origin origin = new ProfileOrigin(profile);
		Map<String, Object> values = new LinkedHashMap<>();
		settings.forEach((key, value) -> values.put(key, OriginTrackedValue.of(value, origin)));
		return values;
	}

	static String text(NexsDbProfile profile) {
		return profile.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * Where a value comes from, for failure analyses and the actuator.
	 *
	 * @param profile the profile
	 */
	private record ProfileOrigin(NexsDbProfile profile) implements Origin {

		@Override
		public String toString() {
			return PROFILE + "=" + text(this.profile);
		}

	}

}
