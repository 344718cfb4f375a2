package io.nexs.postgres.autoconfigure.retry;

import java.util.HashMap;
import java.util.Map;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.embedded.EmbeddedCluster;
import org.awaitility.Awaitility;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * An application with JDBC, JPA and retries.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ Accounts.class, Steps.class })
class RetryApplication {

	static ConfigurableApplicationContext start(EmbeddedCluster cluster, String... properties) {
		Map<String, Object> all = new HashMap<>(
				Map.of("nexs.db.dsn", cluster.dsn(), "nexs.db.monitor.interval", "200ms", "spring.flyway.enabled",
						"false", "spring.main.banner-mode", "off", "spring.jmx.enabled", "false"));
		for (String property : properties) {
			int equals = property.indexOf('=');
			all.put(property.substring(0, equals), property.substring(equals + 1));
		}
		ConfigurableApplicationContext context = new SpringApplicationBuilder(RetryApplication.class)
			.web(WebApplicationType.NONE)
			.properties(all)
			.run();
		awaitHealthy(context);
		return context;
	}

	static void awaitHealthy(ConfigurableApplicationContext context) {
		ClusterMonitor monitor = context.getBean(ClusterMonitor.class);
		Awaitility.await().until(() -> isHealthy(monitor.topology()));
	}

	private static boolean isHealthy(Topology topology) {
		return topology.hasPrimary()
				&& topology.nodes().stream().allMatch((state) -> state.status() == NodeStatus.HEALTHY);
	}

}
