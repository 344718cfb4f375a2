package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * An application without web server whose environment is given: variables, system
 * properties and the text of its configuration file take the place of the real ones.
 *
 * @param type class of the application
 * @param variables environment variables
 * @param systemProperties system properties
 * @param folder where the configuration file goes
 * @param configuration text of {@code application.properties}
 */
record ConfiguredApplication(Class<?> type, Map<String, ?> variables, Map<String, ?> systemProperties, Path folder,
		String configuration) {

	ConfigurableApplicationContext run(String... arguments) {
		return application().run(arguments);
	}

	ConfigurableApplicationContext runWith(ApplicationListener<?> listener) {
		SpringApplication application = application();
		application.addListeners(listener);
		return application.run();
	}

	private SpringApplication application() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new HashMap<>(this.variables)));
		Map<String, Object> properties = new HashMap<>(this.systemProperties);
		properties.put("spring.config.location", configurationFile().toUri().toString());
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
					new MapPropertySource(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, properties));
		SpringApplication application = new SpringApplication(this.type);
		application.setEnvironment(environment);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setRegisterShutdownHook(false);
		return application;
	}

	private Path configurationFile() {
		try {
			return Files.writeString(this.folder.resolve("application.properties"), this.configuration);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
