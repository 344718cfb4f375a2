package io.nexs.postgres.chaos;

import java.util.HashMap;
import java.util.Map;

import io.nexs.postgres.autoconfigure.NexsDbAutoConfiguration;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * An application as a user has it, with JDBC and the defaults.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ NexsDbAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
		JdbcClientAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
		TransactionAutoConfiguration.class })
class ChaosApplication {

	@Bean
	Work.Retried retried(JdbcClient jdbc) {
		return new Work.Retried(jdbc);
	}

	@Bean
	Work.Once once(JdbcClient jdbc) {
		return new Work.Once(jdbc);
	}

	static ConfigurableApplicationContext start(String dsn, String... properties) {
		Map<String, Object> all = new HashMap<>(Map.of("nexs.db.dsn", dsn, "spring.main.banner-mode", "off",
				"spring.jmx.enabled", "false", "nexs.db.pool.drain-timeout", "1s"));
		for (String property : properties) {
			int equals = property.indexOf('=');
			all.put(property.substring(0, equals), property.substring(equals + 1));
		}
		return new SpringApplicationBuilder(ChaosApplication.class).web(WebApplicationType.NONE).properties(all).run();
	}

}
