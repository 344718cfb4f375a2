package io.nexs.postgres.autoconfigure;

import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.container.ContainerImageMetadata;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Boot's {@code @AutoConfigureTestDatabase}, which every slice of a test has: by default
 * it replaces each data source that it does not know to connect to a test database, and
 * it knows none but Boot's own. The embedded cluster is one, a container is one, and so
 * is what {@code @DynamicPropertySource} names; there the replacing is called off. In all
 * other cases the routing data source stays out and Boot has its way.
 */
final class TestDatabase implements ImportBeanDefinitionRegistrar {

	/**
	 * Name of the auto-configuration that replaces data sources.
	 */
	static final String AUTO_CONFIGURATION = "org.springframework.boot.jdbc.test.autoconfigure.TestDatabaseAutoConfiguration";

	private static final String REPLACES_ANY = "embeddedDataSourceBeanFactoryPostProcessor";

	private static final String REPLACES_NON_TEST = "nonTestEmbeddedDataSourceBeanFactoryPostProcessor";

	private static final String DYNAMIC_PROPERTIES = "Dynamic Test Properties";

	/**
	 * Comes into force with the routing data source only, so nobody else's is kept.
	 */
	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		if (registry.containsBeanDefinition(REPLACES_NON_TEST)) {
			registry.removeBeanDefinition(REPLACES_NON_TEST);
		}
	}

	/**
	 * Whether a routing data source would be replaced.
	 */
	static boolean replaces(@Nullable ConfigurableListableBeanFactory beanFactory, Environment environment) {
		if (beanFactory == null) {
			return false;
		}
		return beanFactory.containsBeanDefinition(REPLACES_ANY)
				|| (beanFactory.containsBeanDefinition(REPLACES_NON_TEST) && !isContainer(beanFactory)
						&& !isDynamic(environment) && !isEmbedded(environment));
	}

	private static boolean isContainer(ConfigurableListableBeanFactory beanFactory) {
		return Stream.of(NexsDbConnectionDetails.class, JdbcConnectionDetails.class)
			.flatMap((type) -> Stream.of(beanFactory.getBeanNamesForType(type, true, false)))
			.filter(beanFactory::containsBeanDefinition)
			.anyMatch((name) -> ContainerImageMetadata.isPresent(beanFactory.getBeanDefinition(name)));
	}

	private static boolean isDynamic(Environment environment) {
		PropertySource<?> source = (environment instanceof ConfigurableEnvironment configurable)
				? configurable.getPropertySources().get(DYNAMIC_PROPERTIES) : null;
		return source != null && Stream.of("nexs.db.dsn", "nexs.db.replica-dsn", "nexs.db.replicas[0].dsn")
			.anyMatch(source::containsProperty);
	}

	private static boolean isEmbedded(Environment environment) {
		if (OnRoutedDataSourceCondition.hasServers(environment) || !isEmbeddedPresent()) {
			return false;
		}
		boolean only = !StringUtils.hasText(environment.getProperty(Addresses.SPRING_URL));
		return environment.getProperty("nexs.db.embedded.enabled", Boolean.class, only);
	}

	private static boolean isEmbeddedPresent() {
		return ClassUtils.isPresent("io.nexs.postgres.embedded.EmbeddedCluster", TestDatabase.class.getClassLoader());
	}

}
