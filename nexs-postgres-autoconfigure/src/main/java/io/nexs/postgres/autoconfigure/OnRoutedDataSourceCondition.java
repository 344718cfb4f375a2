package io.nexs.postgres.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Leaves the application to Boot's own data source if {@code spring.datasource.url} (or a
 * JNDI name) is all that is configured. Anything under {@code nexs.db} that names servers
 * and any bean of connection details brings the routing data source in, and so does
 * {@code nexs.db.embedded.enabled=true}; without a {@code spring.datasource.url} it is in
 * anyway, and the application that runs decides where its addresses come from.
 */
final class OnRoutedDataSourceCondition extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Routed DataSource");
		Environment environment = context.getEnvironment();
		if (TestDatabase.replaces(context.getBeanFactory(), environment)) {
			return ConditionOutcome.noMatch(message.because("a test database takes the place of any data source"));
		}
		if (hasServers(environment)) {
			return ConditionOutcome.match(message.because("servers are named under nexs.db"));
		}
		if (hasDetails(context.getBeanFactory())) {
			return ConditionOutcome.match(message.because("there is a bean of connection details"));
		}
		if (environment.getProperty("nexs.db.embedded.enabled", Boolean.class, false)) {
			return ConditionOutcome.match(message.because("the embedded cluster is asked for"));
		}
		if (StringUtils.hasText(environment.getProperty(Addresses.SPRING_URL))) {
			return ConditionOutcome.noMatch(message.because("only spring.datasource.url is set"));
		}
		if (StringUtils.hasText(environment.getProperty("spring.datasource.jndi-name"))) {
			return ConditionOutcome.noMatch(message.because("only spring.datasource.jndi-name is set"));
		}
		return ConditionOutcome.match(message.because("no other data source is configured"));
	}

	static boolean hasServers(Environment environment) {
		if (StringUtils.hasText(environment.getProperty("nexs.db.dsn"))
				|| StringUtils.hasText(environment.getProperty("nexs.db.replica-dsn"))) {
			return true;
		}
		return environment.containsProperty("nexs.db.replicas[0].dsn")
				|| environment.containsProperty("nexs.db.replicas[0].id");
	}

	private static boolean hasDetails(@Nullable ListableBeanFactory beanFactory) {
		return beanFactory != null && hasBeans(beanFactory);
	}

	private static boolean hasBeans(ListableBeanFactory beanFactory) {
		return beanFactory.getBeanNamesForType(NexsDbConnectionDetails.class, true, false).length > 0
				|| beanFactory.getBeanNamesForType(JdbcConnectionDetails.class, true, false).length > 0;
	}

}
